import { describe, expect, it } from '@jest/globals';
import { explainQuarantine } from '../../../../../functions/lib/domain/report-file/quarantine-cause.ts';

const cure = 'Correct the report and upload it again; a redrive of this execution cannot help.';

describe('explainQuarantine', () => {
  it('takes the message out of what Lambda puts into the cause', () => {
    const Cause = JSON.stringify({ errorType: 'ReportFormatError', errorMessage: 'The file is empty', trace: ['x'] });
    expect(explainQuarantine({ Error: 'ReportFormatError', Cause })).toEqual({
      error: 'ReportFormatError',
      cause: `The file is empty. ${cure}`,
    });
  });

  it.each([
    ['plain text', 'It is cut', `It is cut. ${cure}`],
    ['a sentence', 'It is cut!', `It is cut! ${cure}`],
    ['two sentences, the last one open', 'It is cut. Send it again', `It is cut. Send it again. ${cure}`],
    ['a line with blanks around it', '  It is cut\n', `It is cut. ${cure}`],
    ['JSON of another form', '{"a":1}', `{"a":1}. ${cure}`],
    ['a JSON text', '"cut"', `"cut". ${cure}`],
    ['null', 'null', `null. ${cure}`],
    ['nothing', '', `No cause was given. ${cure}`],
  ])('passes %s on as it is', (_, Cause, cause) => {
    expect(explainQuarantine({ Error: 'E', Cause }).cause).toBe(cause);
  });

  it.each([
    ['HubRejectedError', 'Mend what the hub objects to, there or in the settings, and upload the file again'],
    ['ReportNotFoundError', 'It is cut. A redrive of this execution cannot help.'],
    ['ReportTooOldError', 'a newer report, or a longer window, can.'],
  ])('says what helps after a %s', (Error, advice) => {
    const { cause } = explainQuarantine({ Error, Cause: 'It is cut' });
    expect(cause).toContain(advice);
    expect(cause).not.toContain('Correct the report');
  });

  it('says so when there is no cause', () => {
    expect(explainQuarantine({ Error: 'E' }).cause).toBe(`No cause was given. ${cure}`);
  });
});
