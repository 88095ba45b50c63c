/* Reviewing logs one after the other: the next one is fetched beforehand and shown at the press of a key, while the decision
   travels. Refused ones come back with the reason. Without script every button is a plain form. */

const place = document.getElementById("review");
const done = document.getElementById("review-done");
const keys = document.getElementById("review-keys");
const url = place.dataset.reviewUrl;
let upcoming = null;
let travelling = Promise.resolve();

const current = () => place.querySelector("[data-review-log]");
const fromText = (text) => {
  const box = document.createElement("template");
  box.innerHTML = text.trim();
  return box.content.querySelector("[data-review-log]");
};

const fetchPart = async (id) => {
  if (!id) return null;
  try {
    const answer = await fetch(`${url}?part=1&log=${id}`, { headers: { "X-Requested-With": "fetch" } });
    return answer.status === 200 && !answer.redirected ? fromText(await answer.text()) : null;
  } catch {
    return null;
  }
};

const prepare = () => {
  const id = current()?.dataset.reviewNext;
  upcoming = id ? { id, part: fetchPart(id) } : null;
};

const show = (part, left = null) => {
  current()?.remove();
  if (part) {
    /* what was fetched beforehand counts what has been decided since */
    if (left !== null) part.dataset.reviewLeft = left;
    part.querySelector("[data-review-count]").textContent = part.dataset.reviewLeft;
    place.append(part);
  }
  done.hidden = Boolean(part);
  keys.hidden = !part;
  history.replaceState(null, "", part ? `${url}?log=${part.dataset.reviewLog}` : `${url}?done=1`);
  window.scrollTo({ top: 0 });
  part?.querySelector("[data-review-error]")?.focus();
};

const go = async (id) => {
  const part = upcoming?.id === id ? await upcoming.part : await fetchPart(id);
  if (!part) {
    location.assign(`${url}?log=${id}`);
    return;
  }
  show(part, current()?.dataset.reviewLeft ?? null);
  prepare();
};

const decide = async (form, outcome) => {
  const body = new FormData(form);
  body.set("outcome", outcome);
  if (outcome === "return" && !String(body.get("remark")).trim()) {
    form.elements.remark.focus();
    form.elements.remark.setAttribute("aria-invalid", "true");
    return;
  }
  if (outcome === "accept" && !body.get("score")) {
    form.querySelector("[data-review-unscored]").hidden = false;
    form.querySelector("[name=score]").focus({ preventScroll: true });
    return;
  }
  const own = current();
  if (own.dataset.decided) return;
  own.dataset.decided = outcome;
  await travelling; /* one after the other, so that what comes next is known */
  const next = upcoming ? await upcoming.part : null;
  if (next) body.set("showing", next.dataset.reviewLog);
  show(next, Number(own.dataset.reviewLeft) - 1);
  upcoming = null;
  travelling = send(form.action, body, own, next);
};

/* the decision travels, even if the page is left meanwhile; the answer is the log after the one that is shown */
const send = async (action, body, own, next) => {
  try {
    const answer = await fetch(action, { method: "POST", body, keepalive: true, headers: { "X-Requested-With": "fetch" } });
    if (answer.status === 204) return;
    const part = fromText(await answer.text());
    if (answer.ok && part && next) {
      upcoming = { id: part.dataset.reviewLog, part: Promise.resolve(part) };
      next.dataset.reviewNext = part.dataset.reviewLog;
    } else if (part) {
      show(part);
      prepare();
    } else location.reload();
  } catch {
    delete own.dataset.decided;
    show(own); /* the line is down: the log stands there again with what was typed */
    prepare();
  }
};

const typing = (target) => target.matches?.("textarea, select, input:not([type=radio])");
const press = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const form = current()?.querySelector("form[data-review]");
  if (!form) return;
  if (event.key === "Escape" && typing(event.target)) {
    event.target.blur();
    return;
  }
  if (typing(event.target)) return;
  const own = current().dataset;
  const acts = {
    a: () => decide(form, "accept"),
    r: () => decide(form, "return"),
    m: () => form.elements.remark.focus(),
    j: () => own.reviewNext && go(own.reviewNext),
    n: () => own.reviewNext && go(own.reviewNext),
    k: () => own.reviewBefore && go(own.reviewBefore),
  };
  const score = form.querySelector(`[name=score][value="${CSS.escape(event.key)}"]`);
  if (!acts[event.key] && !score) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (score) {
    score.checked = true;
    form.querySelector("[data-review-unscored]").hidden = true;
    score.focus({ preventScroll: true });
  } else acts[event.key]();
};

/* before the keys of every page, which know j, k, a, r and m as well */
window.addEventListener("keydown", press, true);
place.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-review]")) return;
  event.preventDefault();
  event.stopPropagation();
  decide(event.target, event.submitter?.value || "accept");
});
place.addEventListener("click", (event) => {
  const link = event.target.closest("[data-review-go]");
  if (!link) return;
  event.preventDefault();
  go(new URL(link.href).searchParams.get("log"));
});
prepare();
