import { describe, expect, it } from '@jest/globals';
import { createHubOutage } from '../../../../../tools/local/hub/hub-outage.ts';

describe('createHubOutage', () => {
  it('ends by itself after its seconds', () => {
    const outage = createHubOutage();
    outage.answer({ status: 429, forSeconds: 60 }, 1_000);
    expect([outage.readStatus(1_000), outage.readStatus(60_999), outage.readStatus(61_000)]).toEqual([429, 429, null]);
  });

  it('lasts until it is ended where no time is given', () => {
    const outage = createHubOutage();
    expect(outage.answer({ status: 503 }, 0)).toEqual({ status: 200, body: { status: 503, until: null } });
    expect(outage.readStatus(1e15)).toBe(503);
    outage.answer({ status: null }, 0);
    expect(outage.readStatus(0)).toBeNull();
  });

  it('stays as it was after a request it does not understand', () => {
    const outage = createHubOutage();
    outage.set(503);
    for (const wrong of [undefined, null, 'x', {}, { status: '503' }, { status: 503, forSeconds: '60' }])
      expect(outage.answer(wrong, 0)).toMatchObject({ status: 400 });
    expect(outage.readStatus(0)).toBe(503);
  });
});
