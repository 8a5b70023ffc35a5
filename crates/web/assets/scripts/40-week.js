// The week editor as a grid to paint on. The fields of the list stay the form that is sent: the grid reads them and writes
// them, so both views always say the same, and everything works without this file.
let edited;
function begin() {
  const form = document.getElementById("week");
  if (form && form !== edited) edit((edited = form));
}
// Saving replaces the form.
document.addEventListener("htmx:after:swap", begin);
begin();

function edit(form) {
  const BLOCKS = 96;
  const box = form.querySelector(".week-grid-box");
  const list = form.querySelector(".week-list");
  const state = form.querySelector(".save-state");
  const undoButton = form.querySelector("[data-undo]");
  const live = document.getElementById("live");
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  const twoDigits = (number) => String(number).padStart(2, "0");
  const clock = (block) => `${twoDigits(Math.floor(block / 4) % 24)}:${twoDigits((block % 4) * 15)}`;
  const spoken = (block) => {
    const hour = Math.floor(block / 4) % 24;
    return `${hour % 12 || 12}:${twoDigits((block % 4) * 15)} ${hour < 12 ? "AM" : "PM"}`;
  };

  // What is known of each day: its fields, its free blocks of 15 minutes, its lessons.
  const days = [...form.querySelectorAll("[data-day]")].map((fields) => ({
    fields,
    name: fields.dataset.name,
    past: fields.dataset.past !== undefined,
    off: fields.dataset.off,
    lessons: [...fields.querySelectorAll("[data-range]")].map((item) => {
      const [from, to] = item.dataset.range.split("-").map((time) => minutes(time) / 15);
      return { from, to, link: item.querySelector("a") };
    }),
    free: new Uint8Array(BLOCKS),
  }));

  const rows = (day) => [...day.fields.querySelectorAll(".time-row")];
  const inputs = (row) => row.querySelectorAll("input");

  function read(day) {
    day.free.fill(0);
    for (const row of rows(day)) {
      const [from, to] = [...inputs(row)].map((input) => input.value);
      if (from && to) day.free.fill(1, minutes(from) / 15, minutes(to) / 15 || BLOCKS);
    }
  }

  function ranges(day) {
    const found = [];
    for (let block = 0; block < BLOCKS; block += 1) {
      if (!day.free[block]) continue;
      const from = block;
      while (day.free[block]) block += 1;
      found.push([from, block]);
    }
    return found;
  }

  function addRow(day, from = "", to = "") {
    const row = rows(day).at(-1).cloneNode(true);
    const [first, second] = inputs(row);
    [first.value, second.value] = [from, to];
    rows(day).at(-1).before(row);
  }

  function write(day) {
    if (day.past) return;
    const [empty, ...filled] = rows(day).reverse();
    for (const row of filled) row.remove();
    for (const input of inputs(empty)) input.value = "";
    for (const [from, to] of ranges(day)) addRow(day, clock(from), clock(to));
  }

  // Undoing: what the days were before each change, and what is saved if the page shows that.
  const history = [];
  let saved;
  const snapshot = () => days.map((day) => day.free.slice());
  const differs = (before) => days.some((day, index) => day.free.some((block, at) => block !== before[index][at]));
  function changed(before, words) {
    note(before);
    rewrite(before);
    settle(words);
  }
  // Days that are as before keep their fields: somebody may have half filled them.
  function rewrite(before) {
    days.forEach((day, index) => day.free.some((block, at) => block !== before[index][at]) && write(day));
  }
  function note(before) {
    form.dataset.unsaved = "";
    if (differs(before)) history.push(before);
    if (undoButton && history.length > 0) undoButton.hidden = false;
  }
  function undo() {
    const before = history.pop();
    const after = snapshot();
    days.forEach((day, index) => day.free.set(before[index]));
    undoButton.hidden = history.length === 0 && !form.elements.before;
    rewrite(after);
    settle("Undone");
  }
  function settle(words) {
    paint();
    if (saved && !differs(saved)) delete form.dataset.unsaved;
    for (const row of form.querySelectorAll(".time-row")) {
      row.classList.toggle("vacant", [...inputs(row)].every((input) => !input.value));
    }
    const hours = days.reduce((sum, day) => sum + day.free.reduce((all, block) => all + block, 0), 0) / 4;
    if (state) state.textContent = `${hours} ${hours === 1 ? "hour" : "hours"} free${form.dataset.unsaved === undefined ? "" : ", not saved yet"}`;
    if (words) live.textContent = words;
  }

  // The buttons that fill the week.
  const fromLine = (line) =>
    days.map((day) => {
      const free = new Uint8Array(BLOCKS);
      const part = line.split(";").find((it) => it.startsWith(`${day.fields.dataset.day}=`)) ?? "";
      for (const range of part.slice(4).split(",").filter(Boolean)) {
        const [from, to] = range.split("-").map((time) => minutes(time) / 15);
        free.fill(1, from, to);
      }
      return free;
    });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { add, set } = button.dataset;
    if (add !== undefined || set !== undefined) {
      event.preventDefault();
      const before = snapshot();
      const filled = fromLine(add ?? set);
      days.forEach((day, index) => {
        if (day.past) return;
        day.free.set(add === undefined ? filled[index] : day.free.map((block, at) => block | filled[index][at]));
      });
      changed(before, `${button.textContent}: done, not saved yet`);
    } else if (button.dataset.undo !== undefined && history.length > 0) {
      event.preventDefault();
      undo();
    } else if (button.dataset.remove !== undefined) {
      const day = days.find(({ fields }) => fields.contains(button));
      for (const input of inputs(button.closest(".time-row"))) input.value = "";
      const before = snapshot();
      read(day);
      changed(before, "Removed, not saved yet");
      inputs(rows(day).at(-1))[0].focus();
    } else if (button.dataset.view) {
      show(button.dataset.view);
    }
  });

  // Fields keep what is typed: they may be in the middle of it. One empty pair is always there.
  function typed(day) {
    const before = snapshot();
    read(day);
    note(before);
    const last = rows(day).at(-1);
    if ([...inputs(last)].some((input) => input.value)) {
      const empty = last.cloneNode(true);
      for (const input of inputs(empty)) input.value = "";
      last.after(empty);
    }
    settle();
  }
  list.addEventListener("change", (event) => typed(days.find(({ fields }) => fields.contains(event.target))));

  // The grid: half hours down, days across, one tab stop.
  let table;
  let cells = [];
  let first = 14;
  let last = 44;
  // The half hours of an ordinary day, and those that are in use.
  let usual = [first, last];
  const half = (day, row) => day.free[row * 2] + day.free[row * 2 + 1];
  const lessonAt = (day, row) => day.lessons.find(({ from, to }) => from < row * 2 + 2 && row * 2 < to);
  const locked = (day, row) => day.past || Boolean(lessonAt(day, row));

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // What is read by eyes alone, and what is heard instead.
  const seen = (...parts) => element("span", { "aria-hidden": "true" }, ...parts);
  const heard = (text) => element("span", { class: "visually-hidden" }, text);

  function build() {
    cells = [];
    latest = undefined;
    table = element("table", { role: "grid", "aria-label": "Free time of the week", class: "week-grid" });
    const head = element("tr", {}, element("td"));
    for (const day of days) {
      const [weekday, date] = day.name.split(", ");
      const button = element("button", { type: "button", tabindex: "-1" });
      button.append(
        seen(element("span", {}, weekday.slice(0, 3)), element("small", {}, date), ...day.off ? [element("em", {}, "day off")] : []),
        heard(`${weekday}, ${date}, whole day${day.off ? `, ${day.off}` : ""}`),
      );
      head.append(element("th", { scope: "col" }, button));
    }
    cells.push([...head.children].map((cell) => cell.firstChild ?? cell));
    table.append(element("thead", {}, head));
    const body = element("tbody");
    for (let row = first; row < last; row += 1) {
      const time = spoken(row * 2).replace(":00", "");
      const button = element("button", { type: "button", tabindex: "-1" });
      button.append(seen(row % 2 ? "" : time), heard(`${time}, every day`));
      const line = element("tr", {}, element("th", { scope: "row" }, button));
      for (const day of days) {
        const cell = element("td", { role: "gridcell", tabindex: "-1" });
        const lesson = lessonAt(day, row);
        if (lesson && (row === first || lessonAt(day, row - 1) !== lesson)) {
          const link = element("a", { href: lesson.link.href, tabindex: "-1" }, lesson.link.textContent.split(" with ").at(-1));
          cell.append(link);
        }
        line.append(cell);
      }
      cells.push([...line.children].map((cell) => cell.querySelector("button") ?? cell));
      body.append(line);
    }
    table.append(body);
    const start = cells[1][1 + Math.max(0, days.findIndex((day) => !day.past))];
    start.tabIndex = 0;
    const more = element("button", { type: "button", class: "button-link" }, last === 48 && first === 0 ? "Show the day only" : "Show early and late hours");
    more.addEventListener("click", () => {
      [first, last] = last === 48 && first === 0 ? usual : [0, 48];
      build();
      box.querySelector(".button-link").focus();
    });
    const touch = element("button", { type: "button", class: "button-toggle touch-only", "aria-pressed": "false" }, "Paint with a finger");
    touch.addEventListener("click", () => {
      const on = touch.getAttribute("aria-pressed") !== "true";
      touch.setAttribute("aria-pressed", String(on));
      table.classList.toggle("painting", on);
    });
    const help = element("p", { class: "muted small" }, "Click a time to change it, or drag over many. With the keyboard: arrows to move, space to change, shift with arrows to paint.");
    box.replaceChildren(help, touch, table, element("p", {}, more));
    table.addEventListener("pointerdown", down);
    table.addEventListener("pointermove", move);
    table.addEventListener("pointerup", up);
    table.addEventListener("pointercancel", cancel);
    table.addEventListener("click", click);
    table.addEventListener("keydown", key);
    paint();
  }

  function paint() {
    if (!table) return;
    for (let row = first; row < last; row += 1) {
      days.forEach((day, column) => {
        const cell = cells[row - first + 1][column + 1];
        const count = half(day, row);
        const lesson = lessonAt(day, row);
        const kind = [
          count === 2 ? "free" : count === 1 ? "part" : "none",
          lesson ? "booked" : "",
          day.past ? "past" : "",
          day.off ? "off" : "",
        ].filter(Boolean).join(" ");
        if (cell.className === kind) return;
        cell.className = kind;
        cell.setAttribute("aria-selected", String(count > 0));
        if (locked(day, row)) cell.setAttribute("aria-disabled", "true");
        const words = [
          `${day.name}, ${spoken(row * 2)} to ${spoken(row * 2 + 2)}`,
          count === 1 ? "partly free" : count ? "free" : "not free",
          lesson ? `booked: ${lesson.link.textContent}` : "",
          day.past ? "past" : "",
          day.off ?? "",
        ];
        cell.setAttribute("aria-label", words.filter(Boolean).join(", "));
      });
    }
  }

  const place = (cell) => {
    for (let row = 0; row < cells.length; row += 1) {
      const column = cells[row].indexOf(cell);
      if (column >= 0) return { row, column };
    }
    return undefined;
  };
  function focus(row, column) {
    const cell = cells[row]?.[column];
    if (!cell || cell.tabIndex === undefined || (row === 0 && column === 0)) return;
    table.querySelector("[tabindex='0']").tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  }

  // A stroke fills the rectangle between its two ends with what its begin became.
  let stroke;
  let latest;
  function fill(from, to, value) {
    for (let row = Math.min(from.row, to.row); row <= Math.max(from.row, to.row); row += 1) {
      for (let column = Math.min(from.column, to.column); column <= Math.max(from.column, to.column); column += 1) {
        const day = days[column - 1];
        const at = row - 1 + first;
        if (!locked(day, at)) day.free.fill(value, at * 2, at * 2 + 2);
      }
    }
  }
  // What was just changed goes on as it is; anything else turns over.
  const valueFrom = (at) => {
    if (latest?.row === at.row && latest.column === at.column) return latest.value;
    return half(days[at.column - 1], at.row - 1 + first) === 2 ? 0 : 1;
  };
  function begin(at, extend) {
    const from = extend && latest ? latest : at;
    const value = extend && latest ? latest.value : half(days[at.column - 1], at.row - 1 + first) === 2 ? 0 : 1;
    stroke = { from, value, before: snapshot() };
    over(at);
  }
  function over(at) {
    days.forEach((day, index) => day.free.set(stroke.before[index]));
    fill(stroke.from, at, stroke.value);
    stroke.to = at;
    paint();
  }
  function end() {
    const { from, to, value, before } = stroke;
    stroke = undefined;
    latest = { ...to, value };
    const day = days[to.column - 1];
    if (differs(before)) return changed(before, `${day.name} ${value ? "free" : "not free"}: ${spoken((Math.min(from.row, to.row) - 1 + first) * 2)} to ${spoken((Math.max(from.row, to.row) + first) * 2)}`);
    if (day.past) live.textContent = "This day has passed";
    else if (lessonAt(day, to.row - 1 + first)) live.textContent = "A lesson is booked then, so this time stays as it is";
  }
  function cancel() {
    if (!stroke) return;
    days.forEach((day, index) => day.free.set(stroke.before[index]));
    stroke = undefined;
    paint();
  }

  const under = (event) => place(document.elementFromPoint(event.clientX, event.clientY)?.closest("td"));
  let painted = false;
  function down(event) {
    painted = false;
    const cell = event.target.closest("td[role]");
    const byTouch = event.pointerType === "touch" && !table.classList.contains("painting");
    if (!cell || event.button !== 0 || byTouch || event.target.closest("a")) return;
    painted = true;
    table.setPointerCapture(event.pointerId);
    const at = place(cell);
    focus(at.row, at.column);
    begin(at, event.shiftKey);
  }
  function move(event) {
    const at = stroke && under(event);
    if (at && at.row > 0 && at.column > 0) over(at);
  }
  function up() {
    if (stroke) end();
  }
  function click(event) {
    const button = event.target.closest("th button");
    if (button) return whole(place(button));
    const cell = event.target.closest("td[role]");
    if (!cell || painted || event.target.closest("a")) return;
    begin(place(cell), event.shiftKey);
    end();
  }
  /** A whole day, or one time on every day: free if it was not all free. */
  function whole({ row, column }) {
    const before = snapshot();
    const from = { row: row || 1, column: column || 1 };
    const to = { row: row || cells.length - 1, column: column || days.length };
    let all = true;
    for (let at = from.row; at <= to.row; at += 1) {
      for (let day = from.column; day <= to.column; day += 1) {
        const open = !locked(days[day - 1], at - 1 + first);
        if (open && half(days[day - 1], at - 1 + first) < 2) all = false;
      }
    }
    fill(from, to, all ? 0 : 1);
    changed(before, `${cells[row][column].lastChild.textContent}: ${all ? "not free" : "free"}`);
  }

  function key(event) {
    const at = place(event.target);
    if (!at) return;
    const onCell = at.row > 0 && at.column > 0;
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (steps[event.key]) {
      const [down, right] = steps[event.key];
      const next = { row: at.row + down, column: at.column + right };
      if (event.shiftKey && onCell && cells[next.row]?.[next.column] && next.row > 0 && next.column > 0) {
        stretch ??= { from: at, value: valueFrom(at), before: snapshot(), depth: history.length };
        history.length = stretch.depth;
        stroke = { ...stretch };
        over(next);
        end();
      }
      focus(next.row, next.column);
    } else if (event.key === "Home") focus(at.row, at.row === 0 ? 1 : 0);
    else if (event.key === "End") focus(at.row, days.length);
    else if (event.key === "PageUp" || event.key === "PageDown") document.querySelector(`.week-pages [rel=${event.key === "PageUp" ? "prev" : "next"}]`)?.click();
    else if ((event.key === " " || event.key === "Enter") && onCell) {
      const link = event.key === "Enter" && event.target.querySelector("a");
      if (link) return link.click();
      begin(at, false);
      end();
    } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) {
      if (history.length > 0) undo();
    } else if (event.key === "Escape") cancel();
    else return;
    event.preventDefault();
  }
  // Several steps with shift held down are one change.
  let stretch;
  form.addEventListener("keyup", (event) => {
    if (event.key === "Shift") stretch = undefined;
  });

  function show(view) {
    box.hidden = view !== "grid";
    list.hidden = view === "grid";
    for (const button of form.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
    if (view === "grid" && !table) build();
  }

  // Leaving with something unsaved asks first.
  let leaving = false;
  form.addEventListener("submit", () => (leaving = true));
  addEventListener("pageshow", () => (leaving = false));
  addEventListener("beforeunload", (event) => {
    if (form.isConnected && form.dataset.unsaved !== undefined && !leaving) event.preventDefault();
  });

  days.forEach(read);
  for (const day of days) {
    const was = day.fields.dataset.was;
    if (was) fromLine(`${day.fields.dataset.day}=${was}`).forEach((free, index) => days[index] === day && day.free.set(free));
    for (const button of day.fields.querySelectorAll("[data-remove]")) button.hidden = false;
  }
  if (form.dataset.unsaved === undefined && form.dataset.wrong === undefined) saved = snapshot();
  settle();
  const used = days.flatMap((day) => [...ranges(day), ...day.lessons.map(({ from, to }) => [from, to])]);
  for (const [from, to] of used) {
    first = Math.min(first, Math.floor(from / 2));
    last = Math.max(last, Math.ceil(to / 2));
  }
  usual = [first, last];
  form.querySelector(".week-views").hidden = false;
  show(matchMedia("(min-width: 48rem)").matches && form.dataset.wrong === undefined ? "grid" : "list");
}
