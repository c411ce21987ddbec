import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideInterval, type LedgerEntry } from '../../../../../functions/lib/domain/delivery/interval-ledger.ts';

const entry = (contentHash: string, sourceVersion: string, marks: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{ contentHash, sourceVersion, isDelivered: false, isConfirmed: false },
  ...marks,
});
const delivered = { isDelivered: true };
const confirmed = { isDelivered: true, isConfirmed: true };
const request = (
  contentHash: string,
  sourceVersion: string,
  isResend = false,
  reloadVersion: string | null = null,
) => ({ contentHash, sourceVersion, isResend, reloadVersion });

describe('decideInterval', () => {
  it('sends an interval the ledger does not know, and writes the intent first', () => {
    expect(decideInterval(null, request('A', 'v1'))).toEqual({ action: 'send', write: entry('A', 'v1') });
  });

  it.each([
    [
      'unchanged and delivered',
      entry('A', 'v1', delivered),
      request('A', 'v2'),
      'unchanged',
      entry('A', 'v2', confirmed),
    ],
    ['unchanged but not acknowledged', entry('A', 'v1'), request('A', 'v2'), 'send', entry('A', 'v2')],
    ['changed', entry('A', 'v1', delivered), request('B', 'v2'), 'send', entry('B', 'v2')],
    ['unchanged in a re-send', entry('A', 'v1', confirmed), request('A', 'v2', true), 'send', entry('A', 'v2')],
    [
      'unchanged but reloaded since',
      entry('A', 'v1', delivered),
      request('A', 'v3', false, 'v2'),
      'send',
      entry('A', 'v3'),
    ],
    [
      'unchanged since a reload',
      entry('A', 'v2', delivered),
      request('A', 'v3', false, 'v1'),
      'unchanged',
      entry('A', 'v3', confirmed),
    ],
  ] as const)('decides on a newer file whose interval is %s', (_, seen, asked, action, write) => {
    expect(decideInterval(seen, asked)).toEqual({ action, write });
  });

  it.each([
    ['with other figures, confirmed since', entry('B', 'v2', confirmed), request('A', 'v1'), 'overtaken'],
    [
      'with other figures, confirmed since, as a re-send',
      entry('B', 'v2', confirmed),
      request('A', 'v1', true),
      'overtaken',
    ],
    ['with other figures the hub will fence', entry('B', 'v2', delivered), request('A', 'v1'), 'send'],
    ['with the same figures', entry('A', 'v2', confirmed), request('A', 'v1'), 'unchanged'],
    ['with the same figures, as a re-send', entry('A', 'v2', confirmed), request('A', 'v1', true), 'send'],
  ] as const)('decides on an older file %s, and leaves the ledger as it is', (_, seen, asked, action) => {
    expect(decideInterval(seen, asked)).toEqual({ action, write: null });
  });

  it.each([
    ['sent', entry('A', 'v1'), 'send'],
    ['sent and acknowledged', entry('A', 'v1', delivered), 'send'],
    ['left out', entry('A', 'v1', confirmed), 'unchanged'],
  ] as const)('repeats for a second attempt of the same version what it decided first: %s', (_, seen, action) => {
    expect(decideInterval(seen, request('A', 'v1'))).toEqual({ action, write: null });
  });

  it('sends what a second attempt reads otherwise, as after a change of the settings', () => {
    const decision = decideInterval(entry('A', 'v1', confirmed), request('B', 'v1'));
    expect(decision).toEqual({ action: 'send', write: entry('B', 'v1') });
  });

  it('ends with the newest file’s figures at the hub, however the steps of several files interleave', () => {
    interface File {
      readonly version: number;
      readonly content: string;
      readonly isResend: boolean;
      step: number;
      action: string;
    }
    const contents = fc.array(fc.tuple(fc.constantFrom('A', 'B'), fc.boolean()), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(contents, fc.array(fc.nat({ max: 4 }), { maxLength: 30 }), (list, schedule) => {
        const files = list.map(([content, isResend], version): File => ({
          version,
          content,
          isResend,
          step: 0,
          action: '',
        }));
        let ledger: LedgerEntry | null = null;
        let hub = { version: -1, content: '' };
        const advance = (file: File) => {
          const asked = request(file.content, String(file.version), file.isResend);
          file.step += 1;
          if (file.step === 1) {
            const { action, write } = decideInterval(ledger, asked);
            file.action = action;
            ledger = write ?? ledger;
          } else if (file.action === 'send' && file.step === 2) {
            if (file.version > hub.version) hub = { version: file.version, content: file.content };
          } else if (file.action === 'send' && file.step === 3) {
            const isStanding = ledger?.contentHash === file.content && ledger.sourceVersion === asked.sourceVersion;
            if (isStanding && ledger !== null) ledger = { ...ledger, isDelivered: true };
          }
        };
        for (const pick of schedule) advance(files[pick % files.length]!);
        for (const file of files) while (file.step < 3) advance(file);
        expect(hub.content).toBe(files.at(-1)!.content);
      }),
      { numRuns: 3_000 },
    );
  });
});
