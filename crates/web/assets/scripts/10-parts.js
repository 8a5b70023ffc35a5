// Parts of a page that are replaced alone. Links and forms with `hx-get` or `hx-post` take the part named by `hx-select` out of the
// page they would lead to anyway, so nothing here is needed to use the site.
const live = document.getElementById("live");

// A click that opens a new tab or window is not for htmx, which would swallow it (4.0.1).
const opening = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
const aside = (event) => opening(event) && event.target.closest("a[hx-get]") && event.stopPropagation();
document.addEventListener("click", aside, { capture: true });

// What changed is said once, in the live region: a message of the server, or `data-announce` of the part. Messages that come with
// a part lose their role, so that they are not read out a second time.
document.addEventListener("htmx:before:swap", (event) => {
  const { response } = event.detail.ctx;
  const { pathname } = new URL(response.raw.url);
  const isAsking = event.detail.ctx.request.method === "GET";
  const isElsewhere = response.raw.redirected && pathname !== location.pathname;
  // Another page than was asked for, such as the door when a session is over, or none at all: go there. What was done is told on
  // another page only once, so that one is shown under its address.
  if ((isElsewhere && (isAsking || pathname === "/login")) || (isAsking && response.status >= 400)) {
    event.preventDefault();
    location.assign(response.raw.url);
    return;
  }
  if (isElsewhere) event.detail.ctx.push = "true";
  for (const { fragment } of event.detail.tasks) {
    for (const message of fragment.querySelectorAll(".flash[role]")) message.removeAttribute("role");
  }
});

// Forms that were answered in place are often gone: the focus goes to the name of what stands there now. Not to its button, which a
// second press of Enter would press.
const alike = () => [...document.querySelectorAll("#main form[hx-post]")];
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  ctx.next = { id: ctx.sourceElement.dataset.focus, place: alike().indexOf(ctx.sourceElement) };
});

function goOn(part, { id, place }) {
  const forms = alike();
  const next = place < 0 ? undefined : forms[Math.min(place, forms.length - 1)];
  const goal =
    part.querySelector("[autofocus]") ??
    document.getElementById(id) ??
    next?.closest("article")?.querySelector("h3 a") ??
    (place < 0 ? undefined : document.getElementById("main"));
  if (goal && !goal.contains(document.activeElement)) goal.focus({ preventScroll: place >= 0 && !goal.autofocus });
}

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const part = document.getElementById(ctx.target.id) ?? ctx.target;
  const speaker = part.matches("[data-announce]") ? part : part.querySelector("[data-announce]");
  const message = document.querySelector("#news .flash:not([role])");
  const words = message?.textContent.trim() ?? speaker?.dataset.announce;
  if (live && words) live.textContent = words;
  goOn(part, ctx.next ?? { place: -1 });
});

// A connection that breaks is the business of the browser, which has a page for that.
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.request.method === "GET") location.assign(ctx.request.action);
});
