// In the reader's browser: moves through the cells by keyboard and shows what is known of the one looked at. Everything it
// writes is text; the page is complete without it.
{
  const data = JSON.parse(document.getElementById('data').textContent);
  const panel = document.getElementById('detail');
  const heading = document.getElementById('detail-heading');
  const meaning = document.getElementById('detail-meaning');
  const list = document.getElementById('detail-facts');
  const intervalMs = 900_000;
  const problems = new Set(['missing', 'failed', 'quarantined', 'arrived']);

  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: data.zone, dateStyle: 'short', timeStyle: 'medium' });
  const toLocal = (instant) => clock.format(new Date(instant));
  const toUtc = (instant) => new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const toLength = (seconds) => {
    const minutes = Math.floor(seconds / 60);
    if (minutes === 0) return `${Math.round(seconds)} s`;
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  };

  const show = (title, text, facts) => {
    heading.textContent = title;
    meaning.textContent = text;
    list.replaceChildren(
      ...facts
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([label, value]) => {
          const pair = document.createElement('div');
          const term = document.createElement('dt');
          const fact = document.createElement('dd');
          term.textContent = label;
          fact.textContent = String(value);
          fact.dir = 'auto';
          pair.append(term, fact);
          return pair;
        }),
    );
    panel.hidden = false;
  };

  const dayOf = (element) => data.days[Number(element.closest('[data-day]').dataset.day)];
  const cellsOf = (row) => row.querySelectorAll('.cell, .bar');

  const showCell = (cell) => {
    const row = cell.parentElement;
    const day = dayOf(cell);
    const index = cell.cellIndex - 1;
    const state = data.states.find(({ id }) => cell.classList.contains(id));
    const facts = day.rows[Number(row.dataset.row)][index] ?? {};
    const file = facts.f ?? {};
    const problem = facts.p ?? {};
    const startMs = day.startMs + index * intervalMs;
    show(
      `${row.querySelector('.series').textContent} · ${day.date} ${day.times[index]}–${day.times[index + 1] ?? '24:00'} · ${state.name}`,
      state.meaning,
      [
        ['In UTC', `${toUtc(startMs)} to ${toUtc(startMs + intervalMs)}`],
        ['Missed since', facts.s && toLocal(facts.s)],
        ['In the bucket since', facts.b && `${toLocal(facts.b)}, not started`],
        ['Run time', file.r && `${toUtc(file.r)} (UTC)`],
        ['Arrived', file.a && toLocal(file.a)],
        ['Rows', file.n],
        ['Rejected', file.x],
        ['Why', (file.w ?? []).join('; ')],
        ['Records', file.c],
        ['Batches', file.b],
        ['Figures from the run of', facts.g && `${toUtc(facts.g)} (UTC)`],
        ['File', file.k],
        ['Execution', problem.e ?? file.e],
        ['Error', problem.n && `${problem.n}: ${problem.c ?? ''}`],
        ['Do', problem.d],
        ['Notes', (file.o ?? []).join(' · ')],
      ],
    );
  };

  const marks = new WeakMap();
  const showSegment = (bar, index) => {
    const day = dayOf(bar);
    const agent = day.agents[Number(bar.parentElement.dataset.agent)];
    const at = Math.max(0, Math.min(index, agent.s.length - 1));
    const [startMs, endMs, eventId, activity, status, look] = agent.s[at];
    marks.get(bar)?.classList.remove('here');
    const mark = bar.querySelectorAll('rect')[at];
    mark?.classList.add('here');
    marks.set(bar, mark);
    bar.dataset.at = String(at);
    show(`${agent.a} · ${day.date} · ${eventId}`, data.looks[look], [
      ['From', toLocal(startMs)],
      ['To', toLocal(endMs)],
      ['For', toLength((endMs - startMs) / 1000)],
      ['Activity', activity ?? 'none: unmapped'],
      ['Status', status],
      ['State', `${at + 1} of ${agent.s.length}`],
      ['In UTC', `${toUtc(startMs)} to ${toUtc(endMs)}`],
    ]);
  };

  const showAny = (element) => {
    if (element.classList.contains('bar')) showSegment(element, Number(element.dataset.at ?? 0));
    else showCell(element);
  };

  const focusOn = (element) => {
    const grid = element.closest('.grid');
    for (const old of grid.querySelectorAll('[tabindex="0"]')) {
      old.tabIndex = -1;
      old.removeAttribute('aria-describedby');
    }
    element.tabIndex = 0;
    element.setAttribute('aria-describedby', 'detail');
    element.focus();
    // The panel must not hide what it explains.
    const hidden = element.getBoundingClientRect().bottom - (window.innerHeight - panel.offsetHeight - 12);
    if (hidden > 0) window.scrollBy(0, hidden);
  };

  const findProblem = (grid, from, step) => {
    const cells = [...grid.querySelectorAll('.cell')];
    for (let at = cells.indexOf(from) + step; at >= 0 && at < cells.length; at += step) {
      if (cells[at].classList.contains('marked')) return cells[at];
      if ([...cells[at].classList].some((name) => problems.has(name))) return cells[at];
    }
    return undefined;
  };

  const moveFrom = (element, event) => {
    const grid = element.closest('.grid');
    const rows = [...grid.querySelectorAll('[data-row], [data-agent]')];
    const rowAt = rows.indexOf(element.parentElement);
    const cells = [...cellsOf(element.parentElement)];
    const column = cells.indexOf(element);
    const inRow = (at, wanted) => {
      const target = rows[Math.max(0, Math.min(at, rows.length - 1))];
      const own = cellsOf(target);
      return own[Math.max(0, Math.min(wanted, own.length - 1))];
    };
    if (element.classList.contains('bar') && ['ArrowLeft', 'ArrowRight'].includes(event.key)) {
      showSegment(element, Number(element.dataset.at ?? 0) + (event.key === 'ArrowRight' ? 1 : -1));
      return element;
    }
    switch (event.key) {
      case 'ArrowRight':
        return inRow(rowAt, column + 1);
      case 'ArrowLeft':
        return inRow(rowAt, column - 1);
      case 'ArrowDown':
        return inRow(rowAt + 1, column);
      case 'ArrowUp':
        return inRow(rowAt - 1, column);
      case 'Home':
        return event.ctrlKey ? inRow(0, 0) : inRow(rowAt, 0);
      case 'End':
        return event.ctrlKey ? inRow(rows.length - 1, Infinity) : inRow(rowAt, Infinity);
      case 'PageDown':
        return inRow(rowAt, column + 4);
      case 'PageUp':
        return inRow(rowAt, column - 4);
      case 'n':
        return findProblem(grid, element, 1) ?? element;
      case 'p':
        return findProblem(grid, element, -1) ?? element;
      default:
        return undefined;
    }
  };

  for (const grid of document.querySelectorAll('.grid')) {
    const [first] = grid.querySelectorAll('.cell, .bar');
    if (first) first.tabIndex = 0;
    grid.addEventListener('keydown', (event) => {
      const element = event.target.closest('.cell, .bar');
      if (element === null || event.altKey || event.metaKey || (event.ctrlKey && !/^(Home|End)$/.test(event.key)))
        return;
      const target = moveFrom(element, event);
      if (target === undefined) return;
      event.preventDefault();
      if (target !== element) focusOn(target);
    });
    grid.addEventListener('focusin', (event) => {
      const element = event.target.closest('.cell, .bar');
      if (element !== null) showAny(element);
    });
    grid.addEventListener('mouseover', (event) => {
      const element = event.target.closest('.cell');
      if (element !== null) showCell(element);
    });
    grid.addEventListener('mousemove', (event) => {
      const bar = event.target.closest('.bar');
      if (bar === null) return;
      const agent = dayOf(bar).agents[Number(bar.parentElement.dataset.agent)];
      const day = dayOf(bar);
      const box = bar.getBoundingClientRect();
      const atMs = day.startMs + ((event.clientX - box.left) / box.width) * (day.endMs - day.startMs);
      const index = agent.s.findIndex(([startMs, endMs]) => atMs >= startMs && atMs < endMs);
      if (index >= 0) showSegment(bar, index);
    });
    grid.addEventListener('click', (event) => {
      const element = event.target.closest('.cell, .bar');
      if (element !== null) focusOn(element);
    });
  }
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') panel.hidden = true;
  });
}
