// What plain HTML and htmx cannot do. Generic on purpose: it knows data-attributes, no pages.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (type, listener) => document.addEventListener(type, listener);
let [first, hasPushed, isHandled, cameFrom] = [{}, false, false, ""];
const topmost = () => all("dialog[open]").at(-1) ?? document;
// [data-remember]: a switch the browser keeps.
const isOn = (name) => localStorage.getItem(name) !== "off";
all("[data-remember]").forEach((box) => (box.checked = isOn(box.dataset.remember)));
// [data-item]: something in a list with a link and perhaps a checkbox. [data-count="x"]: how many x are checked.
const itemOf = (element) => element?.closest?.("[data-item]");
function check(box, checked, range) {
  const boxes = all("[data-item] input[type=checkbox]");
  const [from, to] = [range ? boxes.indexOf(check.last) : -1, boxes.indexOf(box)];
  (from < 0 ? [box] : boxes.slice(Math.min(from, to), Math.max(from, to) + 1)).forEach((one) => (one.checked = checked));
  check.last = box;
  count();
}
const checked = (name) => all(`[data-item] input[name=${name}]:checked`).length;
const count = () => all("[data-count]").forEach((one) => (one.textContent = checked(one.dataset.count)));
const closeMenus = (except) => all("[data-menu][open]").forEach((menu) => (menu.open = menu.contains(except)));
on("click", ({ target, shiftKey }) => {
  if (target.matches("[data-item] input[type=checkbox]")) check(target, target.checked, shiftKey);
  if (target.closest("[data-dismiss]")) target.closest("[data-dismissable]").remove();
  closeMenus(target);
});
on("change", ({ target }) => {
  const { remember, checkAll, submit } = target.dataset;
  if (remember) localStorage.setItem(remember, target.checked ? "on" : "off");
  if (checkAll) all(`input[name=${checkAll}]`).forEach((box) => (box.checked = target.checked));
  if (submit !== undefined) target.form.requestSubmit();
  count();
});
on("reset", () => setTimeout(count));
on("submit", ({ target }) => target.setAttribute("aria-busy", "true"));
const rest = (element) => element?.removeAttribute?.("aria-busy");
addEventListener("pageshow", () => all("form[aria-busy]").forEach(rest) ?? count());
// [data-key]: a key, or two after each other, presses the visible element that carries it.
function press(keys) {
  const element = all(`[data-key="${CSS.escape(keys)}"]`, topmost()).find((one) => one.checkVisibility());
  element?.matches("input") ? element.select() : element?.click();
  return Boolean(element);
}
function move(by) {
  const items = all("[data-item]", topmost()).filter((item) => item.checkVisibility());
  const at = items.indexOf(itemOf(document.activeElement));
  const columns = items.filter((item) => item.offsetTop === items[0].offsetTop).length;
  items[at < 0 ? 0 : at + ({ Down: columns, Up: -columns }[by] ?? by)]?.querySelector("a")?.focus();
  return items.length > 0;
}
function act(key, item) {
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  if (item && key.startsWith("Arrow")) return move({ Left: -1, Right: 1 }[key.slice(5)] ?? key.slice(5));
  const box = item?.querySelector("input[type=checkbox]");
  if (!box || (key.length > 1)) return false;
  if (key.toLowerCase() === "x") return check(box, !box.checked, key === "X") ?? true;
  if (box.checked) return false;
  check(box, true); // What only a selection offers is done to the item that has the focus.
  return press(key) || (check(box, false) ?? false);
}
on("keydown", (event) => {
  const { key, target, timeStamp: at } = event;
  if (key === "Escape") closeMenus();
  if (event.ctrlKey || event.altKey || event.metaKey || (!isOn("shortcuts") && key !== "Escape")) return;
  if (target.closest("textarea, select, input:not([type=checkbox], [type=radio])")) return;
  const pair = at - first.at < 1200 ? `${first.key} ${key}` : "";
  first = { key, at };
  if ((pair && press(pair)) || press(key) || act(key, itemOf(target))) event.preventDefault();
});
// [data-drop]: files may be dropped on it; they land in its file input.
for (const type of ["dragover", "dragleave", "drop"]) {
  on(type, (event) => {
    const zone = event.target.closest("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.toggleAttribute("data-over", type === "dragover");
    if (type !== "drop") return;
    const input = Object.assign(zone.querySelector("input[type=file]"), { files: event.dataTransfer.files });
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
// A dialog opens when something is swapped into it, and closes with Back; closing it goes back.
on("htmx:before:request", ({ detail: { ctx } }) => ctx.target?.setAttribute?.("aria-busy", "true") ?? (cameFrom = location.href));
on("htmx:finally:request", ({ detail: { ctx } }) => [ctx.target, ctx.sourceElement].forEach(rest));
on("htmx:after:swap", ({ detail: { ctx } }) => {
  count();
  const dialog = ctx.target?.closest?.("dialog");
  if (!dialog || dialog.open || !dialog.childElementCount) return;
  hasPushed = location.href !== cameFrom;
  dialog.showModal();
  dialog.addEventListener("close", () => hasPushed && history.back(), { once: true });
});
addEventListener("popstate", () => {
  [isHandled, hasPushed] = [hasPushed, false];
  all("dialog[open]")[0]?.close();
});
// htmx takes over the way back, and the browser would then drop the focus that the dialog has just given back.
globalThis.navigation?.addEventListener("navigate", (event) =>
  hasPushed && event.navigationType === "traverse" && event.canIntercept && event.intercept({ focusReset: "manual" }));
on("htmx:before:history:restore", (event) => isHandled && event.preventDefault());
