// Reads texts from standard input, one JSON string a line, and says of each what json5 makes of it:
// `!` where it refuses, else the value in the notation of server/syntax/tests/differential.rs.
import { createInterface } from "node:readline";
import JSON5 from "json5";

console.warn = () => {};
const bits = new DataView(new ArrayBuffer(8));

function units(text) {
  let hex = "";
  for (let i = 0; i < text.length; i++) hex += text.charCodeAt(i).toString(16).padStart(4, "0");
  return hex;
}

function write(value) {
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "string") return `"${units(value)}"`;
  if (typeof value === "number") {
    if (Number.isNaN(value)) return "NaN";
    bits.setFloat64(0, value);
    return bits.getBigUint64(0).toString(16).padStart(16, "0");
  }
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  const members = Object.keys(value).map((key) => `${units(key)}:${write(value[key])}`);
  return `{${members.sort().join(",")}}`;
}

const answers = [];
for await (const line of createInterface({ input: process.stdin })) {
  let answer = "!";
  try {
    answer = write(JSON5.parse(JSON.parse(line)));
  } catch {
    // Refused.
  }
  answers.push(answer);
}
process.stdout.write(answers.join("\n") + "\n");
