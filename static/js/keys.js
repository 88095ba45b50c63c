/* The keyboard: j and k walk rows, Enter opens, / searches, a accepts, r returns, m opens a row's menu, ? explains. Never while typing. */

const typing = (target) => target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") || target.closest?.("dialog[open]");
const rows = () => [...document.querySelectorAll("[data-row], [data-keys] > tr, [data-keys] > li")].filter((row) => row.offsetParent !== null);
let at = null;

const walk = (step) => {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(at);
  const next = all[Math.min(all.length - 1, Math.max(0, here + step))];
  at?.removeAttribute("data-at");
  at = next;
  at.setAttribute("data-at", "");
  const link = at.querySelector("a[href], button, summary");
  (link || at).focus({ preventScroll: true });
  at.scrollIntoView({ block: "nearest" });
};

const press = (name) => {
  const place = at?.isConnected ? at.querySelector(`[data-key-${name}]`) : null;
  const button = place || document.querySelector(`[data-key-${name}]`);
  if (!button) return false;
  let folded = null;
  for (let box = button.closest("details:not([open])"); box; box = box.parentElement.closest("details:not([open])")) {
    box.open = true;
    folded = box;
  }
  /* what is folded away asks for more than a press: it is opened, the cursor where words are wanted */
  if (folded) (folded.querySelector("textarea, select, input:not([type=hidden])") || button).focus();
  else button.click();
  return true;
};

const menu = () => {
  const box = at?.isConnected ? at.querySelector("details.q-menu") : null;
  if (!box) return;
  box.open = !box.open;
  box.querySelector("summary").focus();
};

const actions = {
  j: () => walk(1),
  k: () => walk(-1),
  a: () => press("accept"),
  r: () => press("return"),
  m: menu,
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const act = actions[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
