/* A step's form: kept as one types, and a list of what is still missing that stays true. The server's rule decides;
   this only shows early what it will say. */

import { filled, makeRoom } from "./rows.js";

const PREFIX = "qiao-draft:";
const WAIT = 1500;

/* drafts ------------------------------------------------------------------------------------------------------- */
const typed = (form) => {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
};

const say = (form, state, time) => {
  const place = form.querySelector("[data-draft-state]");
  if (!place) return;
  place.dataset.state = state;
  place.textContent = (place.dataset[state] || "").replace("{time}", time);
};

const clock = () => new Date().toTimeString().slice(0, 5);

const keep = (form) => {
  const pairs = [...typed(form)].filter(([name]) => name !== "csrf_token" && name !== "version");
  try {
    localStorage.setItem(PREFIX + form.dataset.draftUrl, JSON.stringify({ at: Date.now(), pairs }));
  } catch {
    /* no room or not allowed: the form itself still holds what was typed */
  }
};

const save = async (form) => {
  try {
    const answer = await fetch(form.dataset.draftUrl, {
      method: "POST",
      body: typed(form),
      headers: { Accept: "application/json", "X-Requested-With": "fetch" },
    });
    if (!answer.ok || new URL(answer.url).pathname === "/login") throw new Error(String(answer.status));
    form.dataset.clean = "1";
    localStorage.removeItem(PREFIX + form.dataset.draftUrl);
    say(form, "saved", clock());
  } catch {
    keep(form);
    say(form, "failed", clock());
  }
};

const restore = (form) => {
  const key = PREFIX + form.dataset.draftUrl;
  const text = localStorage.getItem(key);
  if (!text) return;
  try {
    const { at, pairs } = JSON.parse(text);
    if (Date.now() - at > 7 * 86400e3) {
      localStorage.removeItem(key);
      return;
    }
    for (const box of form.querySelectorAll("input[type=checkbox], input[type=radio]")) box.checked = false;
    for (const [name, value] of pairs) {
      if (value !== "") makeRoom(form, name);
      for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (control.matches("[type=checkbox], [type=radio]")) control.checked ||= control.value === value;
        else if (!control.matches("[type=hidden], [type=submit], [type=file], button")) control.value = value;
      }
    }
    save(form);
  } catch {
    localStorage.removeItem(key);
  }
};

/* what is missing ---------------------------------------------------------------------------------------------- */
const satisfied = (place) => {
  if (place.dataset.required === "checklist") return place.checked;
  if (place.dataset.required === "evidence") {
    const chosen = [...place.querySelectorAll("input[type=file]")].reduce((sum, input) => sum + input.files.length, 0);
    const words = [...place.querySelectorAll("textarea")].filter((area) => area.value.trim()).length;
    return Number(place.dataset.have) + chosen + words >= Number(place.dataset.need);
  }
  if (place.matches("[data-rows]")) return [...place.querySelectorAll("[data-rows-row]")].some(filled);
  if (place.matches(".q-choices")) return place.querySelector("input:checked") !== null;
  if (place.type === "checkbox") return place.checked;
  return place.value.trim() !== "";
};

const label = (place) => {
  const box = place.closest(".q-field, .q-check, .q-evidence");
  const text = box?.querySelector(".q-label, legend, span");
  return text ? text.firstChild.textContent.trim() : "";
};

const review = (form) => {
  for (const list of document.querySelectorAll("[data-missing]")) {
    for (const place of form.querySelectorAll("[data-required]")) {
      const { required: kind, key } = place.dataset;
      const line = list.querySelector(`li[data-kind="${kind}"][data-key="${CSS.escape(key)}"]`);
      const good = satisfied(place);
      if (good) line?.remove();
      if (good || line) continue;
      const link = document.createElement("a");
      link.href = `#${kind}-${key.replaceAll(".", "-")}`;
      link.textContent = label(place);
      const item = document.createElement("li");
      item.dataset.kind = kind;
      item.dataset.key = key;
      item.append(link);
      list.querySelector("ul").append(item);
    }
    const count = list.querySelectorAll("li").length;
    list.querySelector("[data-missing-count]").textContent = count;
    list.classList.toggle("q-missing-none", count === 0);
  }
};

let timer = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft-url]");
  if (!form) return;
  review(form);
  if (event.target.type === "file") return;
  clearTimeout(timer);
  timer = setTimeout(() => save(form), WAIT);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-draft-url]")) clearTimeout(timer);
});
for (const form of document.querySelectorAll("form[data-draft-url]")) {
  restore(form);
  if (form.querySelector("[data-required]")) review(form);
}
