// A form that is on its way is not sent twice: the server would refuse, this merely avoids the doubt.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
});

// Coming back to a page must find its forms usable again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Forms with `data-auto` apply themselves when something is chosen; their button stays for everybody else.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.dataset.auto !== undefined) form.requestSubmit();
});
