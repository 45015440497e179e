import { streamNames } from "../../model.ts";
import type { CatalogueEntry, SetupStep } from "../catalogue.ts";
import { endpointHelp } from "./endpoint.ts";
import { wizStreams } from "./streams/all.ts";

const consoleUrl = "https://app.wiz.io/";

/** W-15 and Q-18: the same steps as in docs/connect-wiz.md. */
const serviceAccountSteps: readonly SetupStep[] = [
  {
    title: "Sign in to Wiz",
    text: `Sign in at ${consoleUrl} as an administrator; as a project administrator, if the account is to see that project only. Tenants in another environment sign in at another address.`,
    url: consoleUrl,
  },
  { title: "Open the service accounts", text: "Settings → Service Accounts → Add Service Account." },
  { title: "Name it", text: "For example Weir, so that others know what it is for." },
  { title: "Choose the type", text: "Custom Integration (GraphQL API)." },
  {
    title: "Choose projects",
    text: "Leave it empty for everything. An account that is limited to some projects sees nothing of the others, and that is normal.",
  },
  {
    title: "Choose the scopes",
    text: `One for each stream that you want: ${streamNames.map((name) => `${wizStreams[name].info.scopes.join(" or ")} for ${wizStreams[name].info.title.toLowerCase()}`).join(", ")}. Weir has no use for a scope that writes.`,
  },
  {
    title: "Copy the credentials",
    text: "Add, then copy Client ID and Client Secret. Wiz shows the secret once.",
  },
];

/** What Weir's catalogue says of Wiz. */
export const wizCatalogue: CatalogueEntry = {
  id: "signal-client.wiz",
  shortName: "wiz",
  title: "Wiz",
  summary:
    "Pulls issues, vulnerabilities, misconfigurations, threat detections and cloud assets out of a Wiz tenant, and keeps them current.",
  category: "Cloud Security",
  tags: ["integration", "cloud"],
  vendor: "Wiz",
  product: "Wiz CWP",
  productCategory: "Wiz CNAPP",
  authentication: "OAuth2 client credentials",
  facts: [
    { title: "Tenants", text: "SaaS: commercial, for government (FedRAMP), and commercial on AWS GovCloud" },
    { title: "Interface", text: "REST for the token, GraphQL for the data" },
    { title: "Direction", text: "From Wiz to Weir; nothing is ever written to Wiz" },
    { title: "Sync", text: "Incremental, each stream by its own clock, with a full pass a day" },
    { title: "Clouds", text: "AWS, Azure, Google Cloud, Oracle Cloud and whatever else Wiz sees" },
    { title: "Instances", text: "Any number, side by side" },
  ],
  assetClasses: [
    { name: "storage", title: "Storage" },
    { name: "compute", title: "Compute" },
    { name: "container_instance", title: "Container Instances" },
    { name: "container_image", title: "Container Images" },
  ],
  documentationUrl: "https://docs.wiz.io/wiz-docs/docs/using-the-wiz-api",
  links: [
    { title: "Wiz API documentation", url: "https://docs.wiz.io/wiz-docs/docs/using-the-wiz-api" },
    { title: "Wiz console", url: consoleUrl },
  ],
  prerequisites: [
    "An active Wiz subscription",
    "Admin access to the Wiz console, to create a service account (type Custom Integration (GraphQL API))",
    "A network path to the regional API endpoint and to the token host on port 443",
  ],
  serviceAccountSteps,
  endpoint: endpointHelp,
};
