export interface Advisory {
  label: string;
  href: string;
  /** What is found there. */
  about: string;
}

/** Where more is written about a vulnerability. What is not an id that these know has no links. */
export function advisoriesOf(id: string, { isKev }: { isKev: boolean | null }): Advisory[] {
  if (/^GHSA(-[0-9a-z]{4}){3}$/i.test(id))
    return [{ label: "GitHub", href: `https://github.com/advisories/${id}`, about: "GitHub's advisory" }];
  if (!/^CVE-\d{4}-\d{4,}$/i.test(id)) return [];
  const kev = {
    label: "CISA KEV",
    href: `https://www.cisa.gov/known-exploited-vulnerabilities-catalog?search_api_fulltext=${id}`,
    about: "CISA's catalogue of known exploited vulnerabilities",
  };
  return [
    { label: "NVD", href: `https://nvd.nist.gov/vuln/detail/${id}`, about: "The National Vulnerability Database" },
    ...(isKev === true ? [kev] : []),
    { label: "EPSS", href: `https://api.first.org/data/v1/epss?cve=${id}`, about: "FIRST's current EPSS, as JSON" },
  ];
}
