// The agent events of a run as text: how many came to which end, and the dead letters.
import type { AgentEventCounts } from './agent-event-log.ts';
import type { Colors } from './colors.ts';
import type { AgentEventsRun, RunDeadLetter } from './run-agent-events.ts';
import { toPrintable, wrapText } from './run-report.ts';

const lettersShown = 20;
const payloadColumns = 90;
const textColumns = 110;

/** Those that did not end are counted only where there are some. */
export function toCountText(counts: AgentEventCounts): string {
  const { received, delivered, unmapped, unchanged, outOfScope, duplicates, stale, deadLettered } = counts;
  const undelivered = received - delivered - unchanged - outOfScope - duplicates - stale - deadLettered;
  const parts = [
    `${delivered} delivered${unmapped > 0 ? ` (${unmapped} unmapped)` : ''}`,
    ...[`${unchanged} unchanged`, `${outOfScope} out of scope`],
    ...[
      `${duplicates} ${duplicates === 1 ? 'duplicate' : 'duplicates'}`,
      `${stale} stale`,
      `${deadLettered} dead-lettered`,
    ],
    ...(undelivered > 0 ? [`${undelivered} NOT DELIVERED`] : []),
  ];
  return `${received} agent ${received === 1 ? 'event' : 'events'}: ${parts.join(', ')}`;
}

function toLetterLines({ file, line, sequenceNumber, reason, payload }: RunDeadLetter, colors: Colors): string[] {
  const sequence = typeof sequenceNumber === 'string' ? `sequence number ${sequenceNumber}` : '';
  const place = [file === null ? '' : `${file}, line ${line ?? ''}`, sequence].filter((text) => text !== '').join(', ');
  const shown = payload !== null && payload.length > payloadColumns ? `${payload.slice(0, payloadColumns)}…` : payload;
  return [
    ` ${toPrintable(place)}`,
    ...wrapText(toPrintable(reason), textColumns).map((text) => colors.yellow(`   ${text}`)),
    ...(shown === null ? [] : [colors.dim(`   ${toPrintable(shown)}`)]),
  ];
}

/** The first twenty. */
export function toDeadLetterLines(deadLetters: readonly RunDeadLetter[], colors: Colors): string[] {
  if (deadLetters.length === 0) return [];
  const further = deadLetters.length - lettersShown;
  return [
    colors.bold('Agent event DLQ'),
    ...deadLetters.slice(0, lettersShown).flatMap((letter) => toLetterLines(letter, colors)),
    ...(further > 0 ? [` … and ${further} more`] : []),
  ];
}

export function toFailureLines({ failure }: Pick<AgentEventsRun, 'failure'>, colors: Colors): string[] {
  return failure === null
    ? []
    : wrapText(toPrintable(`FAILED  ${failure}`), textColumns).map((text, index) =>
        index === 0 ? colors.red(text) : `        ${text}`,
      );
}
