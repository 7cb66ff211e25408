/** The mailbox page in the browser: the list keeps itself up to date, and is searched while one types. */

const everyMs = 2_000;
const pauseMs = 200;

const search = document.querySelector('input[type=search]');
const letters = document.querySelector('#letters');
const count = document.querySelector('#count');

/** Times as the reader's clock has them. */
function localize(within) {
  for (const time of within.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    const isToday = at.toDateString() === new Date().toDateString();
    const date = isToday ? {} : { day: 'numeric', month: 'short' };
    time.textContent = at.toLocaleString([], { ...date, hour: '2-digit', minute: '2-digit' });
    time.title = at.toLocaleString();
  }
}

/** What the server said last; only what differs is shown anew, so that nothing flickers. */
let said = letters.innerHTML;
localize(document);

async function refresh() {
  try {
    const answer = await fetch(location.href);
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const found = next.querySelector('#letters');
    if (!found) throw new Error('no list');
    document.title = next.title;
    count.textContent = next.querySelector('#count').textContent;
    document.body.classList.remove('away');
    if (found.innerHTML === said) return;
    said = found.innerHTML;
    localize(found);
    const { scrollTop } = letters;
    letters.replaceChildren(...found.childNodes);
    letters.scrollTop = scrollTop;
  } catch {
    count.textContent = 'The server is away';
    document.body.classList.add('away');
  }
}

async function keepOn() {
  if (document.visibilityState === 'visible') await refresh();
  setTimeout(keepOn, everyMs);
}
setTimeout(keepOn, everyMs);
document.addEventListener('visibilitychange', refresh);

let typing;
search.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    const url = new URL(location.href);
    if (search.value) url.searchParams.set('query', search.value);
    else url.searchParams.delete('query');
    history.replaceState(null, '', url);
    refresh();
  }, pauseMs);
});
