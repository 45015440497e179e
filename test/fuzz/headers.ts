import fc from "fast-check";

export type FuzzHeaders = Record<string, string | string[]>;

const jsonTypes = ["application/json", "application/json", "application/json; charset=utf-8", "APPLICATION/JSON"];
const otherTypes = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "multipart/form-data; boundary=x",
  "application/xml",
];
const oddTypes = [
  "application/json; charset=utf-16",
  "application/jsonx",
  "application/vnd.api+json",
  ";",
  "",
  "a/b/c",
  "\xff\xfe",
  "x".repeat(2000),
];

/** Headers that a proxy, a broken client or somebody who is up to no good may send. */
const oddHeaders: [string, string | string[]][] = [
  ["accept", "text/html;q=0.1, */*;q=x, \xff"],
  ["accept", "application/json;".repeat(200)],
  ["accept-encoding", "gzip;q=9, br;q=-1, identity;q=0, *"],
  ["accept-encoding", "zstd, deflate, \xff"],
  ["if-none-match", `"${"x".repeat(2000)}", W/"\xff", *`],
  ["if-modified-since", "yesterday"],
  ["range", "bytes=-1,0-,99-1"],
  ["x-forwarded-for", "' or 1=1, ::ffff:999.1.1.1, %00, unknown"],
  ["x-forwarded-host", "evil.example, [::1"],
  ["x-forwarded-proto", "javascript"],
  ["x-http-method-override", "DELETE"],
  ["x-original-url", "/api/v1/users"],
  ["x-request-id", "a\tb \xe9 <script>"],
  ["host", "evil.example:99999"],
  ["host", "a b\xff"],
  ["origin", "null"],
  ["origin", "https://evil.example"],
  ["referer", "::::"],
  ["cookie", `weir_session=; weir_session=a=b; ${"x=1; ".repeat(500)}`],
  ["cookie", "weir_session=%zz; =; ;;"],
  ["authorization", "Bearer"],
  ["authorization", `Bearer ${"x".repeat(3000)}`],
  ["authorization", "Basic Ojo="],
  ["user-agent", `\xff\xfe${"\\x00' or 1=1".repeat(100)}`],
  ["content-encoding", "gzip"],
  ["last-event-id", "\xff".repeat(500)],
  ...Array.from({ length: 3 }, (_, i): [string, string] => [`x-${i}`, "y".repeat(3000)]),
];

export function headersFor(hasBody: boolean): fc.Arbitrary<FuzzHeaders> {
  const type = fc.oneof(
    { weight: 16, arbitrary: fc.constantFrom(...jsonTypes) },
    { weight: 2, arbitrary: fc.constantFrom(...otherTypes) },
    { weight: 1, arbitrary: fc.constantFrom(...oddTypes) },
  );
  const odd = fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(fc.constantFrom(...oddHeaders), { minLength: 1, maxLength: 3 }) },
  );
  return fc.tuple(fc.option(type, { freq: hasBody ? 24 : 1 }), odd).map(([contentType, others]) => ({
    ...(contentType !== null && { "content-type": contentType }),
    ...Object.fromEntries(others),
  }));
}
