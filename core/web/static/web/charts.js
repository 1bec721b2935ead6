// Draws what core.web.charts declares. SVG on the page, canvas for "save as PNG"; no inline style, tooltips as rich text.
"use strict";
(() => {
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(`--chart-${name}`).trim();
  const palette = [1, 2, 3, 4, 5, 6].map(colour);
  const font = css.getPropertyValue("--tblr-font-sans-serif") || "sans-serif";
  const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const axis = { axisLine: { lineStyle: { color: colour("grid") } }, axisLabel: { color: colour("text") }, splitLine: { lineStyle: { color: colour("grid") } } };
  const labelled = (spec, value) => (value === null || value === undefined || value === "-" ? "—" : number.format(value) + (spec.unit === "%" ? "%" : ` ${spec.unit}`));

  const base = (spec) => ({
    animation: !still,
    color: palette,
    textStyle: { fontFamily: font, color: colour("text") },
    grid: { left: 8, right: 24, top: 34, bottom: 8, containLabel: true },
    legend: { top: 0, right: 0, type: "scroll", itemWidth: 16, itemHeight: 9, show: spec.series.length > 1 || spec.bullets.length > 0 },
    tooltip: { renderMode: "richText", trigger: "axis", confine: true, valueFormatter: (value) => labelled(spec, value) },
  });

  const valueAxis = (spec) => ({ ...axis, type: "value", name: spec.unit === "%" ? "" : spec.unit, max: spec.percent ? 100 : null, axisLabel: { ...axis.axisLabel, formatter: (value) => number.format(value) + (spec.percent ? "%" : "") } });

  const lines = (spec) => {
    const numeric = spec.kind === "step" && spec.points.every((point) => typeof point === "number");
    const at = (values) => (numeric ? values.map((value, i) => [spec.points[i], value]) : values);
    const step = spec.kind === "step" ? "end" : false;
    const series = spec.series.flatMap((one, i) => {
      const drawn = [{ type: "line", name: one.label, data: at(one.values), step, showSymbol: spec.points.length <= 24 && !step, symbolSize: 6, lineStyle: { width: 2 }, itemStyle: { color: palette[i % 6] }, z: 3 }];
      if (one.low.length) drawn.push(band(spec, one, i, numeric, Boolean(step)));
      return drawn;
    });
    const x = numeric ? { ...axis, type: "value", name: spec.pointLabel, nameLocation: "middle", nameGap: 26, max: "dataMax", splitLine: { show: false } } : { ...axis, type: "category", data: spec.points, boundaryGap: false };
    const options = { ...base(spec), xAxis: x, yAxis: valueAxis(spec), series };
    options.grid.bottom = numeric && spec.pointLabel ? 26 : 8;
    options.legend.data = spec.series.map((one) => one.label);
    return options;
  };

  // The band between low and high as one polygon: stacking two areas would show a negative one where low is above zero.
  const band = (spec, one, i, numeric, stepped) => ({
    type: "custom", name: `${one.label} band`, silent: true, tooltip: { show: false }, z: 1, data: [0],
    renderItem: (params, api) => {
      const place = (at, value) => api.coord([numeric ? spec.points[at] : at, value]);
      const known = spec.points.map((_, at) => at).filter((at) => one.low[at] !== null && one.high[at] !== null);
      const edge = (values) => known.flatMap((at, k) => {
        const here = place(at, values[at]);
        return stepped && k > 0 ? [[here[0], place(known[k - 1], values[known[k - 1]])[1]], here] : [here];
      });
      const fill = palette[i % 6];
      return { type: "polygon", shape: { points: [...edge(one.low), ...edge(one.high).reverse()] }, style: { fill, opacity: 0.16 } };
    },
  });

  const bars = (spec) => {
    // Lying bars have a row each: every one is named.
    const axisLabel = spec.horizontal ? { ...axis.axisLabel, interval: 0, fontSize: spec.points.length > 24 ? 11 : 12 } : axis.axisLabel;
    const names = { ...axis, type: "category", data: spec.points, inverse: spec.horizontal, axisTick: { show: false }, axisLabel };
    const series = spec.series.map((one) => ({ type: "bar", name: one.label, data: one.values, stack: spec.stacked ? "all" : undefined, barMaxWidth: 28 }));
    const values = valueAxis(spec);
    return { ...base(spec), xAxis: spec.horizontal ? values : names, yAxis: spec.horizontal ? names : values, series };
  };

  const bullets = (spec) => {
    const names = { ...axis, type: "category", inverse: true, data: spec.bullets.map((row) => row.label), axisTick: { show: false } };
    const target = (params, api) => {
      const [x, y] = api.coord([api.value(0), params.dataIndex]);
      return { type: "rect", shape: { x: x - 1.5, y: y - 12, width: 3, height: 24 }, style: { fill: palette[4] } };
    };
    return {
      ...base(spec), xAxis: valueAxis(spec), yAxis: names,
      series: [
        { type: "bar", name: spec.words.value, data: spec.bullets.map((row) => row.value), barWidth: 14, itemStyle: { color: palette[0] } },
        { type: "custom", name: spec.words.target, itemStyle: { color: palette[4] }, renderItem: target, encode: { x: 0, y: 1 }, data: spec.bullets.map((row, i) => [row.target, i]) },
      ],
    };
  };

  const sankey = (spec) => {
    const names = [...new Set(spec.flows.flatMap((flow) => [flow.source, flow.target]))];
    return {
      ...base(spec), legend: { show: false },
      tooltip: { renderMode: "richText", trigger: "item", confine: true, valueFormatter: (value) => labelled(spec, value) },
      series: [{ type: "sankey", left: 4, right: 110, top: 8, bottom: 8, nodeGap: 8, nodeWidth: 14, data: names.map((name, i) => ({ name, itemStyle: { color: palette[i % 6] } })), links: spec.flows, lineStyle: { color: "gradient", opacity: 0.35 }, label: { color: colour("text") }, emphasis: { focus: "adjacency" } }],
    };
  };

  const makers = { line: lines, step: lines, bar: bars, sankey, bullet: bullets };
  const draw = (box) => {
    if (box.dataset.drawn) return;
    box.dataset.drawn = "1";
    const spec = JSON.parse(box.dataset.chart);
    const options = makers[spec.kind](spec);
    const chart = echarts.init(box, null, { renderer: "svg" });
    chart.setOption(options);
    new ResizeObserver(() => chart.resize()).observe(box);
    box.closest("figure")?.querySelector("[data-chart-png]")?.addEventListener("click", () => save(box, options));
  };

  const save = (box, options) => {
    const copy = echarts.init(document.createElement("div"), null, { renderer: "canvas", width: box.clientWidth, height: box.clientHeight + 40, devicePixelRatio: 2 });
    const series = options.series.map((one) => (one.type === "sankey" ? { ...one, bottom: 48 } : one));
    copy.setOption({ ...options, series, animation: false, backgroundColor: "#fff", title: { text: box.dataset.name, left: "center", bottom: 6, textStyle: { fontSize: 14, fontFamily: font } }, grid: { ...options.grid, bottom: 48 } });
    copy.getZr().flush();
    copy.renderToCanvas().toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${box.dataset.name}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      copy.dispose();
    });
  };

  const all = (root) => { for (const box of root.querySelectorAll("[data-chart]")) draw(box); };
  all(document);
  document.addEventListener("htmx:afterSettle", (e) => all(e.detail.elt.parentElement || document));
})();
