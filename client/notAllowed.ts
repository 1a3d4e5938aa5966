/** AWS IAM does not let an operator's credentials call a route: another role is needed, or they are wrong or have expired. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';

  constructor(role: string) {
    super(`AWS IAM refused the call: it needs credentials of the role ${role}, and these are not, or have expired`);
  }
}
