// Builds core/web/static/vendor/ from node_modules: Tabler as it comes, our ECharts bundle, one sprite of the icons in use.
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const target = join(root, "core/web/static/vendor");
const building = `${target}.new`;

async function sprite() {
  const list = await readFile(join(root, "frontend/icons.txt"), "utf8");
  const names = list.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  const symbols = [];
  for (const name of names.sort()) {
    const svg = await readFile(join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8").catch(() => {
      throw new Error(`frontend/icons.txt: Tabler has no outline icon "${name}"`);
    });
    const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    const paths = inner.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s+/g, " ").trim();
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${paths}</symbol>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

// Static files are renamed by their content's hash, and a map that is not shipped would be a reference to nothing.
async function copyWithoutMap(from, name) {
  const text = await readFile(from, "utf8");
  await writeFile(join(building, name), text.replace(/\n?\/[/*]# sourceMappingURL=[^\n]*$/m, ""));
}

await rm(building, { recursive: true, force: true });
await mkdir(building, { recursive: true });
await copyWithoutMap(join(modules, "@tabler/core/dist/css/tabler.min.css"), "tabler.min.css");
await copyWithoutMap(join(modules, "@tabler/core/dist/js/tabler.min.js"), "tabler.min.js");
await writeFile(join(building, "icons.svg"), await sprite());
await build({
  entryPoints: [join(root, "frontend/echarts.js")],
  outfile: join(building, "echarts.min.js"),
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "echarts",
  target: "es2019",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  logLevel: "warning",
});
// Tabler's own files carry their notice in the first lines.
for (const [name, place] of [["icons", "@tabler/icons"], ["echarts", "echarts"]]) {
  await cp(join(modules, place, "LICENSE"), join(building, `${name}.LICENSE.txt`));
}
await rm(target, { recursive: true, force: true });
await rename(building, target);
