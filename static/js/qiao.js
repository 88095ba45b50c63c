/* What every page has: pop-ups that close, forms that post once, dialogs, filters, ticks. All by delegation, so parts
   that arrive later work too. Without this file every page still works. */

const within = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

/* details[data-pop] close on Escape and on a click outside; only one is open */
const pops = () => document.querySelectorAll("details[data-pop][open]");
document.addEventListener("click", (event) => {
  for (const pop of pops()) if (!pop.contains(event.target)) pop.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const pop of pops()) {
    pop.open = false;
    pop.querySelector("summary").focus();
  }
});
document.addEventListener(
  "toggle",
  (event) => {
    if (!event.target.matches?.("details[data-pop]") || !event.target.open) return;
    for (const pop of pops()) if (pop !== event.target && !pop.contains(event.target)) pop.open = false;
    const box = event.target.querySelector(".q-pop");
    if (box && box.getBoundingClientRect().left < 8) box.classList.add("q-pop-start");
    if (box) box.style.translate = `${Math.min(0, document.documentElement.clientWidth - 8 - box.getBoundingClientRect().right)}px`;
    event.target.querySelector(".q-pop input:not([type=hidden]), .q-pop textarea, .q-pop select")?.focus();
  },
  true,
);

/* a form is posted once; it is free again when the page comes back or nothing came for a while */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => free(form), 8000);
});
const free = (form) => {
  delete form.dataset.sent;
  for (const busy of form.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
};
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));

/* what was refused stands before the reader, not below the fold; folds open for it */
const wrong = document.querySelector("main [aria-invalid=true], main .q-error");
if (wrong) {
  for (let fold = wrong.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (!wrong.matches("input, select, textarea, button")) wrong.tabIndex = -1; // what has the focus no other field takes it from
  wrong.focus({ preventScroll: true });
  wrong.scrollIntoView({ block: "center" });
}

/* dialogs and copying */
document.addEventListener("click", (event) => {
  const opener = within(event, "[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  const copy = within(event, "[data-copy]");
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy);
});

/* filters show their result at once; empty ones stay out of the address */
document.addEventListener("change", (event) => {
  const form = within(event, "form[data-filter]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
  if (event.target.matches?.("[name=theme]")) document.documentElement.dataset.bsTheme = event.target.value || "auto";
});
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-filter]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

/* what is taken away of a list that was narrowed while one typed is what its address says by now */
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-as-address]")) return;
  for (const name of new Set(event.formData.keys())) if (name !== "csrf_token") event.formData.delete(name);
  for (const [name, value] of new URLSearchParams(location.search)) event.formData.set(name, value);
});

/* tick all, and what depends on something being ticked */
document.addEventListener("change", (event) => {
  const all = within(event, "[data-tick-all]");
  if (all) for (const box of document.querySelectorAll(`input[type=checkbox][name="${all.dataset.tickAll}"]`)) box.checked = all.checked;
  if (event.target.matches?.("input[type=checkbox]")) showTicked();
});
document.addEventListener("click", (event) => {
  const button = within(event, "button[data-tick-all]");
  if (!button) return;
  const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${button.dataset.tickAll}"]`)];
  const tick = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = tick;
  showTicked();
});
const showTicked = () => {
  for (const bar of document.querySelectorAll("[data-bulk]")) {
    const count = document.querySelectorAll(`input[type=checkbox][name="${bar.dataset.bulk}"]:checked`).length;
    bar.hidden = count === 0;
    for (const place of bar.querySelectorAll("[data-ticked]")) place.textContent = count;
  }
};
showTicked();
document.addEventListener("htmx:afterSettle", showTicked);

/* boxes in which persons are named bring their script along */
const nameBoxes = () => document.querySelector(".q-people:not([data-ready])") && import("./people.js").then(({ begin }) => begin());
nameBoxes();
document.addEventListener("htmx:afterSettle", nameBoxes);

/* long text grows with what is typed where the browser does not do it by itself */
if (!CSS.supports("field-sizing", "content")) {
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("textarea[data-grow]")) return;
    event.target.rows = Math.min(24, Math.max(event.target.rows, Math.ceil((event.target.scrollHeight - 12) / 24)));
  });
}

/* photos chosen are seen before they are sent */
const preview = (input) => {
  const box = input.closest(".q-evidence-add, .q-field, form.q-line") || input.parentElement;
  let shown = box.querySelector(".q-preview");
  if (!shown) {
    shown = document.createElement("div");
    shown.className = "q-preview";
    box.append(shown);
  }
  shown.replaceChildren(
    ...[...input.files].map((file) => {
      if (!file.type.startsWith("image/")) return document.createTextNode(file.name);
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.alt = file.name;
      image.onload = () => URL.revokeObjectURL(image.src);
      return image;
    }),
  );
};
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-upload]")) preview(event.target);
});

/* the present stage of a track that is wider than the screen stands in its middle; arrow keys move it */
function placeTracks() {
  for (const track of document.querySelectorAll("[data-track]")) {
    if (track.scrollWidth <= track.clientWidth) {
      track.removeAttribute("tabindex");
      continue;
    }
    track.tabIndex = 0;
    const now = track.querySelector("[aria-current]");
    if (!now) continue;
    const from = track.getBoundingClientRect().left + (track.clientWidth - now.clientWidth) / 2;
    track.scrollLeft += now.getBoundingClientRect().left - from;
  }
}
placeTracks();
addEventListener("resize", placeTracks);
