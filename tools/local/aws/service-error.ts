/** An error as an AWS service answers it: `type` is the `__type` of the JSON protocols, 400 is the HTTP status. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}
