/** Requests to our own service, as JSON; what went wrong comes as a `Problem` that says how to cure it. */

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly cure: string,
  ) {
    super(detail || title);
  }
}

export type Parameters = Record<string, string | string[] | number | null | undefined>;

let language = "zh", names = "zh";

/** Ask in this language from now on; things, kinds and relations are to be named in another one, or the same. */
export function speak(tongue: string, data: string): void {
  [language, names] = [tongue, data];
}

/** Return the address of a request. */
export function address(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one != null) query.append(name, String(one));
  }
  query.set("lang", language);
  if (names !== language) query.set("data", names);
  return `${path}?${query}`;
}

export async function get<T>(path: string, parameters: Parameters, signal?: AbortSignal): Promise<T> {
  const answer = await send(address(path, parameters), { headers: { Accept: "application/json" }, signal });
  return (await answer.json()) as T;
}

/** Send a request; what goes wrong is a `Problem`. */
export async function send(url: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Problem(0, "unreachable", "", "");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new Problem(answer.status, said.title ?? answer.statusText, said.detail ?? "", said.cure ?? "");
}
