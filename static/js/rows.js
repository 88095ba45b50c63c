/* Table fields: rows come and go in place. Without script the spare empty rows do. */

const controls = (row) => [...row.querySelectorAll("input, select, textarea")];
export const filled = (row) => controls(row).some((control) => (control.type === "checkbox" ? control.checked : control.value.trim() !== ""));

const clear = (row) => {
  for (const control of controls(row)) {
    if (control.type === "checkbox") control.checked = false;
    else control.value = "";
    control.removeAttribute("aria-invalid");
  }
  for (const error of row.querySelectorAll(".q-error")) error.remove();
};

const renumber = (row, number) => {
  for (const control of controls(row)) {
    control.name = control.name.replace(/\.\d+\.([^.]+)$/, `.${number}.$1`);
    control.id = control.id.replace(/-\d+-([^-]+)$/, `-${number}-$1`);
  }
};

const add = (box, focus = true) => {
  const rows = [...box.querySelectorAll("[data-rows-row]")];
  const spare = rows.find((row) => row.hasAttribute("data-spare"));
  if (box.dataset.max && rows.length - (spare ? 1 : 0) >= Number(box.dataset.max)) return;
  const row = spare || rows.at(-1).cloneNode(true);
  if (!spare) {
    clear(row);
    renumber(row, rows.length);
    rows.at(-1).after(row);
  }
  row.removeAttribute("data-spare");
  if (focus) controls(row)[0]?.focus();
};

const remove = (row) => {
  const box = row.closest("[data-rows]");
  const seen = [...box.querySelectorAll("[data-rows-row]:not([data-spare])")];
  if (seen.length > 1) row.remove();
  else clear(row);
  [...box.querySelectorAll("[data-rows-row]")].forEach(renumber);
  box.dispatchEvent(new Event("input", { bubbles: true }));
};

/* rows enough for an input of this name, as a restored draft needs them */
export const makeRoom = (form, name) => {
  const [, field, number] = name.match(/^(.+)\.(\d+)\.[^.]+$/) || [];
  const box = field && form.querySelector(`[data-rows][data-name="${CSS.escape(field)}"]`);
  if (!box) return;
  const shown = () => box.querySelectorAll("[data-rows-row]:not([data-spare])").length;
  for (let before = -1; shown() <= Number(number) && shown() !== before; ) {
    before = shown();
    add(box, false);
  }
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-rows-add], [data-rows-remove]");
  if (!button) return;
  if (button.matches("[data-rows-add]")) add(button.closest("[data-rows]"));
  else remove(button.closest("[data-rows-row]"));
});
