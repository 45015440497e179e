/** What a rule is about; it decides which chapters of the compliance frameworks the rule maps to. */
export type Theme = "exposure" | "encryption" | "identity" | "logging" | "resilience" | "hardening" | "threat";

interface SubCategory {
  id: string;
  title: string;
  externalId: string;
  description: string;
  resolutionRecommendation: string | null;
  category: Category;
}

interface Category {
  id: string;
  name: string;
  description: string;
  framework: Framework;
  subCategories: SubCategory[];
}

interface Framework {
  id: string;
  name: string;
  description: string;
  builtin: true;
  enabled: true;
  categories: Category[];
  parentFramework: null;
  policyTypes: string[];
}

const frameworks: Framework[] = [
  ["wf-id-4", "NIST SP 800-53 Revision 5"],
  ["wf-id-5", "CIS Controls v8"],
  ["wf-id-22", "NIST CSF v1.1"],
  ["wf-id-35", "PCI DSS v4.0"],
  ["wf-id-48", "ISO/IEC 27001-2022"],
  ["wf-id-53", "SOC 2"],
].map(([id, name]) => ({
  id: id!,
  name: name!,
  description: `Controls of ${name} that can be read from the cloud's configuration.`,
  builtin: true,
  enabled: true,
  categories: [],
  parentFramework: null,
  policyTypes: ["CLOUD"],
}));

/** Framework, category, external id, title. */
const chapters: Record<Theme, [number, string, string, string][]> = {
  exposure: [
    [0, "SC System And Communications Protection", "SC-7", "SC-7 Boundary Protection"],
    [1, "13 Network Monitoring and Defense", "13.4", "13.4 Perform Traffic Filtering Between Network Segments"],
    [
      3,
      "1 Install and Maintain Network Security Controls",
      "1.4.1",
      "1.4.1 NSCs are implemented between trusted and untrusted networks",
    ],
  ],
  encryption: [
    [2, "9 Data Security (PR.DS)", "PR.DS-2", "2 Data-in-transit is protected"],
    [1, "3 Data Protection", "3.10", "3.10 Encrypt Sensitive Data in Transit"],
    [0, "SC System And Communications Protection", "SC-28", "SC-28 Protection Of Information At Rest"],
  ],
  identity: [
    [0, "AC Access Control", "AC-6", "AC-6 Least Privilege"],
    [4, "A.5 Organizational controls", "A.5.15", "A.5.15 Access control"],
    [5, "CC6 Logical and Physical Access", "CC6.3", "CC6.3 Role-based access and least privilege"],
  ],
  logging: [
    [0, "AU Audit And Accountability", "AU-2", "AU-2 Event Logging"],
    [3, "10 Log and Monitor All Access", "10.2", "10.2 Audit logs are implemented"],
    [5, "CC7 System Operations", "CC7.2", "CC7.2 Monitors system components for anomalies"],
  ],
  resilience: [
    [0, "CP Contingency Planning", "CP-9", "CP-9 System Backup"],
    [4, "A.8 Technological controls", "A.8.13", "A.8.13 Information backup"],
    [1, "11 Data Recovery", "11.2", "11.2 Perform Automated Backups"],
  ],
  hardening: [
    [0, "CM Configuration Management", "CM-6", "CM-6 Configuration Settings"],
    [
      1,
      "4 Secure Configuration of Enterprise Assets and Software",
      "4.1",
      "4.1 Establish and Maintain a Secure Configuration Process",
    ],
    [4, "A.8 Technological controls", "A.8.9", "A.8.9 Configuration management"],
  ],
  threat: [
    [0, "SI System And Information Integrity", "SI-4", "SI-4 System Monitoring"],
    [
      2,
      "12 Anomalies and Events (DE.AE)",
      "DE.AE-2",
      "2 Detected events are analyzed to understand attack targets and methods",
    ],
    [5, "CC7 System Operations", "CC7.3", "CC7.3 Evaluates security events"],
  ],
};

const byTheme = Object.fromEntries(
  Object.entries(chapters).map(([theme, list]) => [theme, list.map(subCategory)]),
) as Record<Theme, SubCategory[]>;

export function subCategoriesOf(theme: Theme): SubCategory[] {
  return byTheme[theme];
}

function subCategory([framework, categoryName, externalId, title]: [number, string, string, string]): SubCategory {
  const parent = frameworks[framework]!;
  let category = parent.categories.find((one) => one.name === categoryName);
  if (category === undefined) {
    category = {
      id: `wct-id-${framework * 100 + parent.categories.length + 1}`,
      name: categoryName,
      description: categoryName,
      framework: parent,
      subCategories: [],
    };
    parent.categories.push(category);
  }
  const made = {
    id: `wsct-id-${framework * 1000 + parent.categories.length * 50 + category.subCategories.length + 1}`,
    title,
    externalId,
    description: `${title}.`,
    resolutionRecommendation: null,
    category,
  };
  category.subCategories.push(made);
  return made;
}
