import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideClaim,
  isSuperseded,
  toSourceVersion,
  type ClaimedUpload,
  type ClaimRequest,
} from '../../../../../functions/lib/domain/report-file/source-version.ts';

const second = (n: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, n)).toISOString();
const runTime = '2026-11-22T12:00:00.000Z';
const request = (etag: string, at: number, revision = at): ClaimRequest => ({
  object: { etag, uploadedAt: second(at) },
  revision: second(revision),
  runTime,
});
const take = (claimed: ClaimedUpload | null, next: ClaimRequest): ClaimedUpload => {
  const decision = decideClaim(claimed, next);
  if (decision.action === 'superseded') throw new Error('superseded');
  return decision.action === 'ask-bucket' ? decision.ifCurrent : decision.upload;
};
const first = take(null, request('a', 10));

describe('toSourceVersion', () => {
  it('sorts by content, then run time, then revision', () => {
    const versions = [
      toSourceVersion(second(1), second(9), second(9)),
      toSourceVersion(second(2), second(1), second(9)),
      toSourceVersion(second(2), second(2), second(3)),
      toSourceVersion(second(2), second(2), second(4)),
    ];
    expect(versions.toSorted()).toEqual(versions);
  });

  it('stands the upload in for the run time a reload file lacks', () => {
    expect(toSourceVersion(second(5), null, second(6))).toBe(`${second(5)}|${second(5)}|${second(6)}`);
  });
});

describe('decideClaim', () => {
  it('claims the first upload of a key as no re-send', () => {
    expect(decideClaim(null, request('a', 10))).toMatchObject({ action: 'claim', isResend: false });
    expect(first).toMatchObject({ contentSince: second(10), sourceVersion: `${second(10)}|${runTime}|${second(10)}` });
    expect(first).not.toHaveProperty('checksum');
  });

  it('goes on with the version of the checkpoint when the same upload comes back', () => {
    expect(decideClaim(first, request('a', 10))).toEqual({ action: 'proceed', upload: first, isResend: false });
    const resent = take(first, request('a', 20));
    expect(decideClaim(resent, request('a', 20))).toEqual({ action: 'proceed', upload: resent, isResend: true });
  });

  it('makes changed bytes newer than everything before', () => {
    const changed = take(first, request('b', 20));
    expect(changed.sourceVersion > first.sourceVersion).toBe(true);
    expect(changed.contentSince).toBe(second(20));
  });

  it('keeps the precedence of bytes that come again, with a newer revision', () => {
    const resent = take(first, request('a', 20));
    expect(resent).toMatchObject({ contentSince: second(10), revision: second(20) });
    expect(resent.sourceVersion > first.sourceVersion).toBe(true);
    expect(resent.sourceVersion < take(null, request('x', 11)).sourceVersion).toBe(true);
  });

  describe('with SSE-KMS, where the same bytes get another etag', () => {
    const encrypted = (etag: string, at: number, checksum: string, revision = at): ClaimRequest => {
      const plain = request(etag, at, revision);
      return { ...plain, object: { ...plain.object, checksum } };
    };
    const claimed = take(null, encrypted('a', 10, 'bytes'));

    it('knows the same bytes by their checksum and keeps their precedence', () => {
      const resent = take(claimed, encrypted('b', 20, 'bytes'));
      expect(resent).toMatchObject({ etag: 'b', contentSince: second(10), revision: second(20) });
      expect(decideClaim(resent, encrypted('b', 20, 'bytes'))).toMatchObject({ action: 'proceed', isResend: true });
    });

    it('takes another checksum for changed bytes', () => {
      expect(take(claimed, encrypted('b', 20, 'other')).contentSince).toBe(second(20));
    });

    it('asks the bucket within one second, since the upload before it cannot be read any more', () => {
      expect(decideClaim(claimed, encrypted('b', 10, 'bytes')).action).toBe('ask-bucket');
    });

    it('asks the bucket within one second, also for a reload', () => {
      expect(decideClaim(claimed, encrypted('b', 10, 'bytes', 30)).action).toBe('ask-bucket');
    });

    it.each([20, 40])('takes the same bytes below a reload at second %s for changed ones', (reloadedAt) => {
      const reloaded = take(claimed, encrypted('a', 10, 'bytes', reloadedAt));
      const decision = decideClaim(reloaded, encrypted('b', 20, 'bytes'));
      expect(decision).toMatchObject({ action: 'claim', upload: { contentSince: second(20) } });
    });

    it('takes two uploads without a checksum for different bytes', () => {
      expect(take(first, request('b', 20)).contentSince).toBe(second(20));
    });
  });

  it('takes a reload of an unchanged object for a re-send', () => {
    expect(decideClaim(first, request('a', 10, 30))).toMatchObject({ action: 'claim', isResend: true });
  });

  it('finds the same bytes superseded by a reload that is asked for later, or at the same instant', () => {
    const reloaded = take(first, request('a', 10, 30));
    for (const late of [request('a', 10), request('a', 20), request('a', 20, 30)]) {
      expect(decideClaim(reloaded, late)).toEqual({ action: 'superseded' });
    }
  });

  it.each([
    ['an older upload', request('b', 9)],
    ['an older revision of the same bytes', request('a', 10)],
  ])('finds %s superseded', (_, late) => {
    const claimed = take(first, request('a', 20));
    expect(decideClaim(claimed, late)).toEqual({ action: 'superseded' });
  });

  it('asks the bucket which of two uploads of one second is there, and makes the answer the newer one', () => {
    const decision = decideClaim(first, request('b', 10));
    expect(decision.action).toBe('ask-bucket');
    const tied = take(first, request('b', 10));
    expect(tied.sourceVersion > first.sourceVersion).toBe(true);
    expect(decideClaim(tied, request('b', 10))).toMatchObject({ action: 'proceed', isResend: false });
    const later = take(tied, request('c', 11));
    expect(later.sourceVersion > tied.sourceVersion).toBe(true);
  });

  it('[fault 5] ends at the newest upload, whatever order its executions claim in and however often', () => {
    const uploads = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        uploads,
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.array(fc.constantFrom('a', 'b'), { minLength: 6, maxLength: 6 }),
        (times, order, etags) => {
          const requests = times.toSorted((x, y) => x - y).map((at, index) => request(etags[index]!, at));
          let claimed: ClaimedUpload | null = null;
          const claim = (next: ClaimRequest) => {
            const decision = decideClaim(claimed, next);
            if (decision.action === 'claim') {
              // The checkpoint never goes back.
              if (claimed !== null) expect(decision.upload.sourceVersion > claimed.sourceVersion).toBe(true);
              claimed = decision.upload;
            }
          };
          for (const pick of order) claim(requests[pick % requests.length]!);
          const newest = requests.at(-1)!;
          claim(newest);
          expect(decideClaim(claimed, newest).action).toBe('proceed');
          for (const older of requests.slice(0, -1)) expect(decideClaim(claimed, older).action).toBe('superseded');
        },
      ),
    );
  });
});

describe('isSuperseded', () => {
  const mine = { status: 'CLAIMED', sourceVersion: first.sourceVersion, isResend: false } as const;
  it('is true for a newer version alone', () => {
    expect(isSuperseded(null, mine)).toBe(false);
    expect(isSuperseded(first, mine)).toBe(false);
    expect(isSuperseded(take(first, request('b', 20)), mine)).toBe(true);
  });
});
