// Buttons with `data-copy` put their text on the clipboard. They are hidden until this runs, because they do nothing without it.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const live = document.getElementById("live");
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      live.textContent = "Copied";
      button.lastChild.textContent = "Copied";
    } catch {
      // The browser does not allow it; the text stands beside the button.
      live.textContent = "Copying did not work";
    }
  });
}
