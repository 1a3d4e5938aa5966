/** Answers with the event itself, so that a test sees what the gateway made of a request. */
export async function handler(event: { rawPath?: string }): Promise<unknown> {
  if (event.rawPath === '/hello') return 'hello';
  const headers = { 'Content-Type': 'application/json', 'X-Answer': 42 };
  return { statusCode: 201, headers, cookies: ['a=1; Path=/', 'b=2'], body: JSON.stringify(event) };
}
