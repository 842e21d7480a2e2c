/* The waiting page: asks for the place, enters when called. Works on whatever carries the data-field and data-naru marks. */
(function () {
'use strict';
var d = document, body = d.body, at = body.dataset, root = '/.naru/rooms/' + at.naru, words = {}, lang = d.documentElement.lang;
var view = {state: at.state === 'paused' ? 'waiting' : at.state}, busy = false, timer = 0, fails = 0, bounced = 0, asked = Date.now();
var loaded = Date.now(), waited = +at.waited || 0, opens = at.opensIn ? loaded + +at.opensIn : 0, best = 0, spoken = {at: 0, ahead: Infinity}, homeless = 0;

d.getElementById('naru-words').content.querySelectorAll('[data-k]').forEach(function (e) { words[e.dataset.k] = e.textContent; });

function fields(name) { return d.querySelectorAll('[data-field="' + name + '"]'); }
function put(name, text) { fields(name).forEach(function (e) { if (e.textContent !== text) e.textContent = text; }); }
function show(name, on) { fields(name).forEach(function (e) { e.hidden = !on; }); }
function word(key, values) {
  return (words[key] || '').replace(/\{(\w+)\}/g, function (all, name) { return values && name in values ? values[name] : all; });
}
function group(n) { return String(n).replace(/\B(?=(\d{3})+$)/g, words['format.group']); }

/* The same rounding as the server's: down below, up above, so that the band keeps what it promises. */
function time(low, high) {
  if (high <= 10) return word('time.moment');
  if (high > 172800) return word('time.long');
  var unit = high <= 90 ? 'seconds' : high <= 5400 ? 'minutes' : 'hours', size = {seconds: 5, minutes: 60, hours: 1800}[unit];
  var scale = {seconds: 5, minutes: 1, hours: .5}[unit], a = Math.floor(low / size) * scale, b = Math.ceil(high / size) * scale;
  return word('time.' + unit + (a >= b ? 'One' : a > 0 ? '' : 'UpTo'), {low: a, high: b});
}

function say(text, always) {
  var now = Date.now();
  if (!always && now - spoken.at < 20000) return false;
  spoken.at = now;
  put('say', text);
  return true;
}

function paint(next) {
  var was = at.state, scene = next.state;
  if (scene === 'unknown') scene = was;
  if (scene === 'waiting' && next.paused) scene = 'paused';
  if ('opensInMs' in next) opening(next.opensInMs);
  if (scene === 'closed' && next.opensInMs) scene = 'scheduled';
  view = next;
  /* The answer to somebody without a place has no figures: those on the page were of a place that is gone. */
  var none = next.state === 'unknown', eta = none ? '\u2013' : time(next.etaLowS, next.etaHighS), ahead = none ? '\u2013' : group(next.ahead || 0);
  at.state = scene;
  put('heading', word(scene + '.heading'));
  put('lead', word(scene + '.lead'));
  d.title = word(scene + (none ? '.heading' : '.title'), {ahead: ahead, eta: eta});
  put('ahead', ahead);
  put('eta', eta);
  if (none) put('number', ahead);
  else if (next.number) put('number', group(next.number));
  put('message', next.message || '');
  d.querySelectorAll('.notice').forEach(function (e) { e.classList.toggle('hide', !next.message); });
  progress(scene === 'called' || scene === 'admitted' ? 100 : scene === 'waiting' && !none ? share(next) : best);
  put('updated', new Date().toLocaleTimeString(lang));
  d.querySelectorAll('.updated').forEach(function (e) { e.hidden = false; });
  if (scene !== was) { say(word(scene + '.heading') + '. ' + word(scene + '.lead'), true); spoken.ahead = next.ahead; }
  else if (scene === 'waiting' && !none) milestone(next.ahead, word('say.ahead', {ahead: ahead, eta: eta}));
}
/* It may be moved while somebody waits for it. */
function opening(inMs) {
  var then = inMs ? Date.now() + inMs : 0;
  if (Math.abs(then - opens) < 2000) return;
  opens = then;
  tellOpening();
}
function tellOpening() {
  if (opens) fields('opens').forEach(function (e) { e.textContent = new Date(opens).toLocaleString(lang, {dateStyle: 'medium', timeStyle: 'short'}); });
}
function share(next) {
  var past = (waited + Date.now() - loaded) / 1000, still = (next.etaLowS + next.etaHighS) / 2;
  return past + still > 0 ? Math.min(99, 100 * past / (past + still)) : 0;
}
function progress(percent) {
  best = Math.max(best, Math.floor(percent));
  fields('progress').forEach(function (e) { e.value = best; });
  d.querySelectorAll('.boat').forEach(function (e) { e.style.setProperty('--p', best / 100); });
}
/* A screen reader hears 5,000, 2,000, 1,000, 500 ... and not each tick. */
function milestone(ahead, text) {
  var step = Math.pow(10, Math.floor(Math.log10(Math.max(1, ahead)))), lead = ahead / step;
  var mark = (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * step;
  if (mark < spoken.ahead && say(text)) spoken.ahead = mark;
}

function later(ms) { clearTimeout(timer); timer = setTimeout(step, ms); }
function ask(url, method) {
  var stop = window.AbortController ? new AbortController() : null, limit = setTimeout(function () { if (stop) stop.abort(); }, 15000);
  return fetch(url, {method: method, cache: 'no-store', credentials: 'same-origin', headers: {Accept: 'application/json'}, signal: stop ? stop.signal : undefined})
    .finally(function () { clearTimeout(limit); });
}
function json(response) { return /json/.test(response.headers.get('Content-Type') || ''); }

/* One step: ask where we stand; without a place take one; when called, and looked at, enter. */
function step() {
  if (busy) return;
  busy = true;
  asked = Date.now();
  var claiming = view.state === 'called' && !d.hidden;
  var placeless = !claiming && (view.state === 'unknown' || at.state === 'held' || at.state === 'slowed');
  var request = claiming ? ask(root + '/claim', 'POST') : placeless ? ask(here(), 'GET') : ask(root + '/me', 'GET');
  request.then(function (response) {
    if (claiming && response.ok || placeless && response.status !== 503 && response.status < 500 && response.status !== 429) return enter();
    if (!json(response)) throw response.status;
    return response.json().then(function (next) { calm(); took(next, claiming, !claiming && !placeless); });
  }).catch(function (reason) {
    fails++;
    /* The server answers, but not as it should: let a plain request claim, as without scripts. */
    if (typeof reason === 'number' && view.state === 'called' && fails > 3 && at.resend !== 'yes') return go();
    if (fails > 1 || navigator.onLine === false) { trouble('offline'); if (fails === 2) say(word('offline'), true); }
    later(Math.min(60000, 1000 * Math.pow(2, Math.min(fails, 6))) * (.75 + Math.random() / 2));
  }).then(function () { busy = false; });
}
function trouble(key) { put('trouble', word(key)); show('trouble', true); }
function calm() {
  if (fails > 1) say(word('online'), true);
  fails = 0;
  show('trouble', false);
}
function took(next, claiming, polled) {
  var fresh = view.state !== next.state;
  paint(next);
  /* A place that is gone by the next question, again and again: the browser does not keep it. */
  if (polled) homeless = next.state === 'unknown' ? homeless + 1 : 0;
  if (homeless > 1) { if (polled && homeless === 2) say(word('cookies'), true); trouble('cookies'); return later(30000); }
  if (next.state === 'admitted' && !d.hidden) return enter();
  if (next.state === 'called' && fresh && !d.hidden && !claiming) return later(0);
  /* A turn that nobody looks at is asked after seldom: looking at the tab asks at once. */
  var least = next.state === 'called' && d.hidden ? 5000 : 500;
  later(next.state === 'unknown' && fresh ? 500 : Math.max(least, next.pollAfterMs || 5000));
}

function here() { return location.pathname + location.search; }
function go() { if (at.resend === 'yes' || location.hash) location.replace(here()); else location.reload(); }
function enter() {
  clearTimeout(timer);
  paint({state: 'admitted', ahead: 0, etaLowS: 0, etaHighS: 0, message: view.message});
  if (at.resend === 'yes') { put('lead', word('resend')); return; }
  /* Admitted again and again yet still here: something on the way drops the pass, so go slowly. */
  var key = 'naru-' + at.naru, last = 0;
  try { last = +sessionStorage.getItem(key) || 0; sessionStorage.setItem(key, Date.now()); } catch (e) { /* storage is off */ }
  setTimeout(go, Date.now() - last < 5000 ? 5000 : 0);
}

function look() { if (Date.now() - asked > 1500 || view.state === 'called' || view.state === 'admitted') later(0); }
d.addEventListener('visibilitychange', function () { if (!d.hidden) look(); });
window.addEventListener('pageshow', function (e) { if (e.persisted) { busy = false; look(); } });
window.addEventListener('online', function () { fails = Math.min(fails, 1); later(0); });
window.addEventListener('offline', function () { trouble('offline'); });
d.querySelectorAll('[data-naru-enter]').forEach(function (e) { e.addEventListener('click', function (event) { if (at.state === 'called') { event.preventDefault(); later(0); } else e.href = here(); }); });
d.querySelectorAll('[data-naru-back]').forEach(function (e) { e.addEventListener('click', function (event) { event.preventDefault(); history.back(); }); });

/* In a hidden tab the title blinks when it is the turn: seen, and without a sound. */
setInterval(function () {
  if (at.state === 'called') { bounced++; d.title = (d.hidden && bounced % 2 ? '\u25CF ' : '') + word('called.title'); }
  if (opens && fields('countdown').length) {
    var s = Math.max(0, Math.ceil((opens - Date.now()) / 1000)), days = Math.floor(s / 86400);
    var two = function (n) { return (n < 10 ? '0' : '') + n; }, hours = Math.floor(s / 3600) % 24;
    put('countdown', (days ? word('time.days', {days: days}) + ' ' : '') + (days || hours ? two(hours) + ':' : '') + two(Math.floor(s / 60) % 60) + ':' + two(s % 60));
  }
}, 1000);
tellOpening();

/* Optional work of a slowed visitor: a number for which SHA-256 of "puzzle:number" begins with so many zero bits. */
function work(puzzle, bits) {
  var K = [], H = [], i, j, n = 2, prime = function (x) { for (j = 2; j * j <= x; j++) if (x % j === 0) return false; return true; };
  for (; K.length < 64; n++) if (prime(n)) { if (H.length < 8) H.push(Math.pow(n, .5) % 1 * 4294967296 | 0); K.push(Math.pow(n, 1 / 3) % 1 * 4294967296 | 0); }
  var w = new Int32Array(64);
  function first(text) {
    w.fill(0, 0, 16);
    for (i = 0; i < text.length; i++) w[i >> 2] |= text.charCodeAt(i) << 24 - i % 4 * 8;
    w[i >> 2] |= 128 << 24 - i % 4 * 8;
    w[15] = text.length * 8;
    var a = H[0], b = H[1], c = H[2], e = H[4], f = H[5], g = H[6], h = H[7], x = H[3], s, t;
    for (i = 0; i < 64; i++) {
      if (i > 15) { s = w[i - 15]; t = w[i - 2]; w[i] = w[i - 16] + w[i - 7] + ((s >>> 7 | s << 25) ^ (s >>> 18 | s << 14) ^ s >>> 3) + ((t >>> 17 | t << 15) ^ (t >>> 19 | t << 13) ^ t >>> 10) | 0; }
      s = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + w[i] | 0;
      t = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = x + s | 0; x = c; c = b; b = a; a = s + t | 0;
    }
    return a + H[0] | 0;
  }
  n = 0;
  (function some() {
    for (var end = n + 2000; n < end; n++)
      if (first(puzzle + ':' + n) >>> 32 - bits === 0) return solved();
    setTimeout(some, 0);
  })();
  /* The interval is that of who has not done the work; who has may come 10 s earlier. */
  function solved() {
    d.cookie = 'naru-work-' + at.naru + '=' + n + '; path=/; max-age=300; samesite=lax';
    if (at.state === 'slowed') later(Math.max(0, +at.poll - 10000 - (Date.now() - loaded)));
  }
}

fields('progress').forEach(function (e) { progress(+e.value || 0); });
later(view.state === 'called' || view.state === 'admitted' ? 0 : +at.poll || 5000);
if (+at.work) work(at.puzzle, +at.work);
})();
