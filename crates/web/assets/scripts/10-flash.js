// After a page or a part of it was replaced, say what changed once: elements with `data-announce` speak in the live region.
const live = document.getElementById("live");

const announce = (root) => {
  const speaker = root.querySelector?.("[data-announce]");
  if (live && speaker) live.textContent = speaker.dataset.announce;
};

document.addEventListener("htmx:after:swap", (event) => announce(event.target ?? document));
