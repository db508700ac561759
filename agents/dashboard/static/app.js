// The page: takes the state, follows the stream, and hands each change to the part that shows it.

import * as brands from "./brands.js";
import { $, h } from "./dom.js";
import * as mentions from "./mentions.js";
import * as signals from "./signals.js";
import { clock, number, speak, spoken, t } from "./words.js";

const REST = 1000; // least milliseconds between two whole states
let state = null;
let windows = new Map(); // brand to (start to row)
let status = { at: Date.now(), hour: {} };
let connected = false;
let loading = null; // changes that arrive while the state is on its way
let loadedAt = -Infinity;

async function load() {
  if (loading) return;
  loading = [];
  await new Promise((resolve) => setTimeout(resolve, loadedAt + REST - performance.now()));
  try {
    loading = []; // what came while we rested is in the state
    const response = await fetch("/api/state", { cache: "no-store" });
    begin(await response.json());
  } catch {
    setTimeout(load, 2000);
  }
  loadedAt = performance.now();
  const arrived = loading;
  loading = null;
  arrived.forEach(([kind, value]) => apply(kind, value));
}

function begin(fresh) {
  const names = JSON.stringify(state?.brands);
  state = fresh;
  if (names !== JSON.stringify(fresh.brands)) brands.build(fresh.brands);
  brands.repeatedTexts(fresh.repeated);
  windows = new Map(Object.entries(fresh.windows).map(([id, rows]) => [id, new Map(rows.map((row) => [row[0], row]))]));
  status = fresh.status;
  mentions.reset(fresh.mentions, fresh.brands);
  signals.reset(fresh.signals, fresh.brands, fresh.explain);
  $("simulated").hidden = !fresh.simulated;
  draw();
}

const ON = {
  mention: mentions.add,
  delete(gone) {
    mentions.remove(gone);
    signals.remove(gone);
    brands.remove(gone);
  },
  repeated({ brand, texts }) {
    brands.repeatedTexts({ [brand]: texts });
  },
  window({ brand, row }) {
    windows.get(brand)?.set(row[0], row);
  },
  signal(signal) {
    signals.add(signal);
    draw();
  },
  status(fresh) {
    status = fresh;
    draw();
  },
};

function apply(kind, value) {
  if (loading) loading.push([kind, value]);
  else if (state) ON[kind](value);
}

function draw() {
  if (!state) return;
  const open = signals.open();
  for (const { id } of state.brands) {
    const rows = windows.get(id) ?? new Map();
    for (const start of rows.keys()) if (start < status.at - 25 * 3_600_000) rows.delete(start);
    const kinds = new Set(open.filter((signal) => signal.brand === id).map((signal) => signal.kind));
    brands.show(id, rows, status.at, status.hour[id], kinds);
  }
  signals.arrivals(status);
  const crises = open.filter((signal) => signal.kind === "crisis").length;
  const title = crises ? `(${crises}) ${t("crisis").toLowerCase()} - Escucha` : "Escucha";
  if (document.title !== title) document.title = title;
  listening();
  ledger();
}

function listening() {
  const known = !connected ? (state ? "lost" : "connecting") : status.live === false ? "history" : "live";
  $("state").dataset.state = known;
  write($("state-text"), known === "history" ? `${t(known)} ${t("upTo", clock(status.at, false))}` : t(known));
  const delay = status.now && status.frontier ? Math.max(0, status.now - status.frontier) / 1000 : null;
  write($("latency"), known === "live" && delay !== null ? t("delay", number(delay, 1)) : "");
}

// role=status speaks when its text changes, so it is only written when it does.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const OUTCOMES = ["aggregated", "unmatched", "duplicate", "late", "dead_lettered", "in_flight"];

function ledger() {
  const counts = typeof status.ledger === "string" ? JSON.parse(status.ledger) : status.ledger;
  if (counts) {
    const balanced = counts.accepted === OUTCOMES.reduce((sum, name) => sum + counts[name], 0);
    const term = (name) => h("span", { class: "term" }, h("strong", {}, number(counts[name])), ` ${t(name)}`);
    $("ledger").replaceChildren(
      term("accepted"), h("span", { class: "sign" }, "="),
      ...OUTCOMES.flatMap((name, place) => [place ? h("span", { class: "sign" }, "+") : null, term(name)]).filter(Boolean),
      h("span", { class: balanced ? "balanced" : "unbalanced" }, balanced ? `✓ ${t("balanced")}` : `✗ ${t("unbalanced")}`));
  } else write($("ledger"), t("noLedger"));
  const parts = [];
  if (status.redis !== undefined) parts.push(status.redis === null ? t("noRedis") : t("redis", number(status.redis)));
  if (status.webhooks) parts.push(t("webhooks", number(status.webhooks.accepted)));
  write($("deliveries"), parts.join(" · "));
}

function label() {
  document.documentElement.lang = spoken();
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === spoken()));
  $("languages").setAttribute("aria-label", t("language"));
  mentions.relabel();
  signals.redraw();
  brands.relabel();
  listening();
  draw();
}

function connect() {
  const stream = new EventSource("/events");
  stream.addEventListener("reset", load);
  for (const kind of Object.keys(ON)) stream.addEventListener(kind, (event) => apply(kind, JSON.parse(event.data)));
  stream.onopen = () => {
    connected = true;
    listening();
  };
  stream.onerror = () => {
    connected = false;
    listening();
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
  };
}

$("languages").addEventListener("click", (event) => {
  const wanted = event.target.dataset.lang;
  if (wanted && wanted !== spoken()) {
    speak(wanted);
    label();
  }
});
mentions.setUp();
label();
connect();
