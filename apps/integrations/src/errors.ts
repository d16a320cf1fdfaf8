/** What was asked for makes no sense; the text says what to do. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  readonly messageEn: string;

  constructor(message: string, messageEn: string) {
    super(message);
    this.messageEn = messageEn;
  }
}
