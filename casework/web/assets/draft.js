// Saves a long form as a draft while it is typed, and goes on trying while the line is broken.
// Nothing is kept on the device: what is typed stays on the page until the server has it.
const box = document.querySelector("[data-draft]");
const form = box.closest("form");
const state = form.querySelector("[data-draft-state]");
const PAUSE = 5000;
const LONGEST_PAUSE = 60000;

const typed = () => {
  const sent = new URLSearchParams(new FormData(form));
  sent.delete("csrf_token");
  return sent.toString();
};

let kept = typed();
let timer = 0;
let pause = PAUSE;
let running = null;
let sending = false;
let leaving = false;

const say = (what, time = "") => {
  state.textContent = box.dataset[what].replace("{time}", time);
  state.classList.toggle("draft-state--bad", !["saved", "saving", "changed"].includes(what));
};

const later = (after) => {
  clearTimeout(timer);
  timer = setTimeout(save, after);
};

const post = () =>
  fetch(box.dataset.draft, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(30000),
  });

// A new sign-in makes the page's key old; the answer to it carries a new one.
const renewed = async (answer) => {
  const key = /name="csrf_token" value="([^"]+)"/.exec(await answer.text());
  if (answer.status === 400 && key) form.elements.csrf_token.value = key[1];
  return answer.status === 400 && key;
};

const taken = async (answer, sent) => {
  const said = await answer.json();
  if (said.registered) {
    leaving = true;
    location.assign(said.registered);
  } else if (said.refused) {
    state.textContent = said.refused;
    state.classList.add("draft-state--bad");
    return true;
  }
  kept = sent;
  pause = PAUSE;
  const time = new Date(said.saved).toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  say("saved", time);
  if (typed() !== kept) later(PAUSE);
  return true;
};

const attempt = async () => {
  const sent = typed();
  say("saving");
  try {
    let answer = await post();
    if (answer.status === 400 && (await renewed(answer))) answer = await post();
    if (answer.ok || answer.status === 409) return await taken(answer, sent);
    say(answer.status === 401 ? "signedout" : "failed");
    if (answer.status === 413) return true; // sending the page will say why
  } catch {
    say("failed");
  }
  pause = Math.min(pause * 2, LONGEST_PAUSE);
  later(pause);
  return false;
};

// One at a time: whoever asks while a save is under way waits for it.
function save() {
  clearTimeout(timer);
  running ??= attempt().finally(() => {
    running = null;
  });
  return running;
}

const changed = () => {
  if (typed() === kept) return;
  if (pause > PAUSE) return; // it is being tried again already
  if (!running) say("changed");
  later(PAUSE);
};

form.addEventListener("input", changed);
form.addEventListener("change", changed);
window.addEventListener("online", () => typed() !== kept && save());

// What is sent is first saved: a page that the line cut off would lose what was typed.
form.addEventListener("submit", async (event) => {
  if (leaving) return;
  const button = event.submitter;
  event.preventDefault();
  if (sending) return;
  sending = true;
  await running;
  const safe = await save();
  sending = false;
  if (button?.name === "draft") return;
  if (!safe) {
    if (state.textContent === box.dataset.failed) say("held");
    return;
  }
  leaving = true;
  form.requestSubmit(button);
});
window.addEventListener("pageshow", () => {
  leaving = false;
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && typed() !== kept) event.preventDefault();
});
