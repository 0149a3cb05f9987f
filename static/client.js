// What plain HTML and htmx cannot do. Generic on purpose: it knows data-attributes, no pages.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (type, listener) => document.addEventListener(type, listener);
const topmost = () => all("dialog[open]").at(-1) ?? document;
// [data-remember]: a switch the browser keeps.
const isOn = (name) => localStorage.getItem(name) !== "off";
all("[data-remember]").forEach((box) => (box.checked = isOn(box.dataset.remember)));
// [data-item]: something in a list with a link and perhaps a checkbox. [data-count="x"]: how many x are checked.
const itemOf = (element) => element?.closest?.("[data-item]");
let lastBox;
function check(box, checked, range) {
  const boxes = all("[data-item] input[type=checkbox]");
  const [from, to] = [range ? boxes.indexOf(lastBox) : -1, boxes.indexOf(box)];
  (from < 0 ? [box] : boxes.slice(Math.min(from, to), Math.max(from, to) + 1)).forEach((one) => (one.checked = checked));
  lastBox = box;
  count();
}
function count() {
  const checked = (name) => all(`[data-item] input[name=${name}]:checked`).length;
  all("[data-count]").forEach((element) => (element.textContent = checked(element.dataset.count)));
}
on("click", (event) => {
  const box = event.target.matches?.("[data-item] input[type=checkbox]") && event.target;
  if (box) check(box, box.checked, event.shiftKey);
  if (event.target.closest?.("[data-dismiss]")) event.target.closest("[data-dismissable]").remove();
  if (event.target.closest?.("[data-close]") || event.target === topmost()) topmost().close?.();
});
on("change", ({ target }) => {
  if (target.dataset.remember) localStorage.setItem(target.dataset.remember, target.checked ? "on" : "off");
  if (target.dataset.checkAll) all(`input[name=${target.dataset.checkAll}]`).forEach((box) => (box.checked = target.checked));
  if ("submit" in target.dataset) target.form.requestSubmit();
  count();
});
on("reset", () => setTimeout(count));
on("submit", ({ target }) => target.setAttribute("aria-busy", "true"));
addEventListener("pageshow", () => all("form[aria-busy]").forEach((form) => (form.ariaBusy = null)));
// [data-key]: a key, or two after each other, presses the visible element that carries it.
function press(keys) {
  const element = all(`[data-key="${CSS.escape(keys)}"]`, topmost()).find((one) => one.checkVisibility());
  if (element?.matches("input")) element.select();
  else element?.click();
  return Boolean(element);
}
function move(by) {
  const items = all("[data-item]", topmost()).filter((item) => item.checkVisibility());
  const at = items.indexOf(itemOf(document.activeElement));
  const columns = items.filter((item) => item.offsetTop === items[0].offsetTop).length;
  const to = items[at < 0 ? 0 : at + (by === "row" ? columns : by === "-row" ? -columns : by)];
  to?.querySelector("a")?.focus();
  return Boolean(to);
}
function act(key, item) {
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  if (item && key.startsWith("Arrow")) return move({ Left: -1, Right: 1, Up: "-row", Down: "row" }[key.slice(5)]);
  const box = item?.querySelector("input[type=checkbox]");
  if (!box) return false;
  if (key.toLowerCase() === "x") return check(box, !box.checked, key === "X"), true;
  if (box.checked || key.length > 1) return false;
  check(box, true); // What only a selection offers is done to the item that has the focus.
  return press(key) || (check(box, false), false);
}
let first = { key: "", at: 0 };
on("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat && key !== "j" && key !== "k") return;
  if (target.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])")) return;
  if (!isOn("shortcuts") && key !== "Escape") return;
  const pair = event.timeStamp - first.at < 1200 ? `${first.key} ${key}` : "";
  first = { key, at: event.timeStamp };
  if ((pair && press(pair)) || press(key) || act(key, itemOf(target))) event.preventDefault();
});
// [data-drop]: files may be dropped on it; they land in its file input.
for (const type of ["dragover", "dragleave", "drop"]) {
  on(type, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.toggleAttribute("data-over", type === "dragover");
    if (type !== "drop") return;
    const input = Object.assign(zone.querySelector("input[type=file]"), { files: event.dataTransfer.files });
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
// A dialog opens when something is swapped into it, and closes with Back; closing it goes back.
let [hasPushed, isHandled] = [false, false];
on("htmx:before:request", ({ detail }) => detail.ctx.target?.setAttribute("aria-busy", "true"));
on("htmx:finally:request", ({ detail }) => detail.ctx.target?.removeAttribute("aria-busy"));
on("htmx:after:swap", ({ detail: { ctx } }) => {
  count();
  const dialog = ctx?.target?.closest?.("dialog");
  if (!dialog || dialog.open || !dialog.childElementCount) return;
  hasPushed = Boolean(ctx.push);
  dialog.showModal();
  dialog.addEventListener("close", () => hasPushed && history.back(), { once: true });
});
addEventListener("popstate", () => {
  [isHandled, hasPushed] = [hasPushed, false];
  all("dialog[open]")[0]?.close();
});
on("htmx:before:history:restore", (event) => isHandled && event.preventDefault());
