// The page: one passage at a time. Nothing is called saved before the server has it on the disk.
import { byId, fill, get, post } from "./talk.js";
import { Definitions } from "./definitions.js";
import { Form } from "./form.js";
import { PassageView } from "./passage.js";
import { GoTo, Search, closable } from "./dialogs.js";

const data = await get("data"), words = data.words;
const passages = data.passages, drafts = new Map();
const passage = new PassageView(words), definitions = new Definitions(data);
let view = null, dirty = false, warned = false, busy = false, since = 0;

// What is chosen and not saved stays with its passage.
function changed() {
  dirty = true;
  warned = false;
  say("");
  drafts.set(view.number, { codes: { ...form.draft }, remark: byId("remark").value });
  buttons();
}
const form = new Form(data, changed);
form.onActive = (dimension, code, chosen) => definitions.show(dimension, code, chosen);
const search = new Search(form, words, (name, code) => { form.focus(name); form.toggle(name, code); form.focus(name); });
const goTo = new GoTo(words, (number) => open(number));

function say(text) { byId("status").textContent = text; }
function complain(error) {
  const text = fill(words.not_saved, { why: error.gone ? words.no_server : error.message });
  byId("alert").textContent = text;
  byId("alert").hidden = false;
}
// One thing at a time: a second Enter while the first is under way does nothing.
async function doing(work) {
  if (busy) return;
  busy = true;
  try { await work(); byId("alert").hidden = true; } catch (error) { complain(error); } finally { busy = false; }
}

function progress() {
  const done = passages.filter((one) => one[1] === "coded").length;
  byId("progress").max = passages.length;
  byId("progress").value = done;
  byId("count").textContent = fill(words.count, { done, all: passages.length });
}
function buttons() {
  byId("b-undo").disabled = !data.undo;
  byId("b-neighbours").disabled = !passage.hasNeighbours;
  byId("b-suggestion").disabled = !view.offered.some((name) => !(name in form.suggested));
  byId("save-word").textContent = view.state !== "open" && !dirty ? words.go_on : words.save;
}

async function open(number, message, draft) {
  await doing(async () => show(await get("passage/" + number), message, draft));
}
function show(got, message, draft) {
  view = got;
  const kept = draft || drafts.get(view.number);
  byId("main").hidden = false;
  byId("end").hidden = true;
  passage.show(view, passages.length);
  form.active = view.asked[0];
  form.show(view, kept ? kept.codes : undefined);
  passage.quotes(form.quotes);
  byId("remark").value = kept ? kept.remark : view.remark;
  dirty = Boolean(kept);
  warned = false;
  since = performance.now();
  progress();
  buttons();
  byId("definitions").scrollTop = 0;
  document.querySelector(".codes").scrollTop = 0;
  window.scrollTo(0, 0);
  byId("passage").focus({ preventScroll: true });
  if (message !== undefined) say(message);
}

function following(from) {
  if (!byId("only-open").checked) return from + 1 < passages.length ? from + 1 : -1;
  for (let step = 1; step <= passages.length; step += 1) {
    const at = (from + step) % passages.length;
    if (passages[at][1] === "open") return at;
  }
  return -1;
}
async function goOn(message) {
  const next = following(view.number);
  if (next < 0) end(message); else show(await get("passage/" + next), message);
}
function end(message) {
  const count = (state) => passages.filter((one) => one[1] === state).length;
  byId("end-counts").textContent = fill(words.done_counts, {
    coded: count("coded"), partly: count("partly"), skipped: count("skipped"), open: count("open"), out: data.out,
  });
  byId("b-unfinished").hidden = !passages.some((one) => one[1] !== "coded");
  byId("main").hidden = true;
  byId("end").hidden = false;
  progress();
  byId("end").focus();
  if (message !== undefined) say(message);
}

function took(answer) {
  data.undo = answer.undo;
  passages[view.number][1] = answer.state;
  drafts.delete(view.number);
  Object.assign(view, { codes: answer.codes, remark: answer.remark, state: answer.state });
  dirty = false;
  passage.state(view.state);
  progress();
}

async function enter() {
  const names = (list) => list.map((name) => form.groups.get(name).dimension.title).join(", ");
  if (view.state !== "open" && !dirty) { await doing(() => goOn("")); return; }
  if (form.open.length === form.asked.length) { say(words.choose_first); return; }
  if (form.open.length && !warned) {
    warned = true;
    form.focus(form.open[0]);
    say(fill(words.still_open, { names: names(form.open) }));
    return;
  }
  await doing(async () => {
    const body = { number: view.number, codes: form.draft, remark: byId("remark").value };
    if (data.log_time) body.seconds = (performance.now() - since) / 1000;
    took(await post("save", body));
    const hidden = view.offered.filter((name) => form.draft[name] !== null && !(name in form.suggested));
    if (!hidden.length) { await goOn(words.saved); return; }
    await reveal(hidden);
    const differing = form.differing.filter((name) => hidden.includes(name));
    if (!differing.length) { await goOn(words.saved_equal); return; }
    buttons();
    form.focus(differing[0]);
    say(fill(words.saved_differs, { names: names(differing) }));
  });
}
async function reveal(dimensions) {
  const answer = await post("reveal", { number: view.number, dimensions, codes: form.draft });
  form.suggest(answer.suggested);
  passage.quotes(form.quotes);
  buttons();
}

const actions = {
  o: () => doing(async () => {
    took(await post("skip", { number: view.number, remark: byId("remark").value }));
    await goOn(words.skipped_now);
  }),
  u: () => doing(async () => {
    if (!data.undo) return;
    const answer = await post("undo", {});
    data.undo = answer.undo;
    passages[answer.number][1] = answer.state;
    drafts.delete(answer.number);
    show(answer, words.undone, answer.state === "open" ? answer.withdrawn : undefined);
  }),
  s: () => doing(async () => {
    const all = view.offered.filter((name) => !(name in form.suggested));
    if (!all.length) { say(words.no_suggestion); return; }
    await reveal(all.includes(form.active) ? [form.active] : all);
    say(byId("dimensions").querySelector("fieldset.active .suggested").textContent);
  }),
  b: () => { if (!passage.hasNeighbours) say(words.no_neighbours); else passage.neighbours(); },
  d: () => byId("definitions").focus(),
  r: () => byId("remark").focus(),
  n: () => (view.number + 1 < passages.length ? open(view.number + 1, "") : say(words.last)),
  p: () => (view.number > 0 ? open(view.number - 1, "") : say(words.first)),
  g: () => goTo.open(data.documents, passages),
  "/": () => search.open(() => form.focus(form.active)),
  "?": () => byId("help").showModal(),
};
const button = (id, key) => byId(id).addEventListener("click", () => actions[key]());
button("b-skip", "o"); button("b-undo", "u"); button("b-suggestion", "s"); button("b-neighbours", "b"); button("b-definitions", "d");
button("b-next", "n"); button("b-previous", "p"); button("b-goto", "g"); button("b-search", "/"); button("b-help", "?");
byId("form").addEventListener("submit", (event) => { event.preventDefault(); enter(); });
byId("remark").addEventListener("input", changed);
byId("b-back").addEventListener("click", () => open(view.number, ""));
byId("b-unfinished").addEventListener("click", () => {
  const at = passages.findIndex((one) => one[1] !== "coded");
  byId("only-open").checked = false;
  open(at < 0 ? 0 : at, "");
});
closable();

document.addEventListener("keydown", (event) => {
  const target = event.target, writing = target.matches("input[type=text]");
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (writing) {
    if (event.key === "Escape") form.focus(form.active);
    return;
  }
  const inForm = target.matches("#dimensions input");
  if (event.key === "Enter") {
    if (target.matches("button, a, summary") || !byId("end").hidden || event.repeat) return;
    event.preventDefault();
    enter();
    return;
  }
  if (!byId("end").hidden && event.key !== "u" && event.key !== "g" && event.key !== "?") return;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    if (!inForm) form.focus(form.active); else form.move(event.key === "ArrowLeft" ? -1 : 1);
    return;
  }
  if (inForm && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault(); // a radio would choose what it only passes
    form.moveCode(event.key === "ArrowUp" ? -1 : 1);
    return;
  }
  if (event.key.length !== 1 || event.repeat || !byId("keys-on").checked) return;
  if (actions[event.key]) { event.preventDefault(); actions[event.key](); return; }
  const code = form.codeOf(event.key);
  if (code !== undefined) { event.preventDefault(); form.toggle(form.active, code); form.focus(form.active); }
});
window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

await open(data.start);
document.documentElement.dataset.ready = "yes";
