// The days of the booker are one stop of the Tab key; arrows and other keys move among those that have times.
const WEEK = 7;

function days(strip) {
  const items = [...strip.children];
  return { items, links: items.map((item) => item.querySelector("a.day")) };
}

// The day that Tab leads to: the chosen one, else the first that can be chosen.
function tidy() {
  for (const strip of document.querySelectorAll(".booker .day-strip")) {
    const links = days(strip).links.filter(Boolean);
    const current = links.find((link) => link.hasAttribute("aria-current")) ?? links[0];
    for (const link of links) link.tabIndex = link === current ? 0 : -1;
  }
}

// The nearest day with times at `from` or beyond it, in steps of one day.
function reach(links, from, step) {
  for (let at = from; at >= 0 && at < links.length; at += step) if (links[at]) return links[at];
  return undefined;
}

document.addEventListener("keydown", (event) => {
  const strip = event.target.closest?.(".booker .day-strip");
  if (!strip || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const { items, links } = days(strip);
  const at = items.indexOf(event.target.closest("li"));
  const last = links.length - 1;
  const goal = {
    ArrowLeft: () => reach(links, at - 1, -1),
    ArrowRight: () => reach(links, at + 1, 1),
    ArrowUp: () => reach(links, at - WEEK, -1),
    PageUp: () => reach(links, at - WEEK, -1),
    ArrowDown: () => reach(links, at + WEEK, 1),
    PageDown: () => reach(links, at + WEEK, 1),
    Home: () => reach(links, 0, 1),
    End: () => reach(links, last, -1),
  }[event.key];
  if (!goal) return;
  event.preventDefault();
  const link = goal();
  if (!link) return;
  for (const other of links) if (other) other.tabIndex = other === link ? 0 : -1;
  link.focus();
});

document.addEventListener("htmx:after:swap", tidy);
tidy();
