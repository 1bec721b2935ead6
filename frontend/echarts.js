// The charts the pages use and nothing else: a third of the full bundle. Loaded as window.echarts.
import { BarChart, CustomChart, LineChart, SankeyChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  ToolboxComponent,
  TooltipComponent,
} from "echarts/components";
import { use } from "echarts/core";
// SVG draws the pages; the canvas is what "save as PNG" needs.
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

use([
  AriaComponent,
  BarChart,
  CanvasRenderer,
  CustomChart,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  SankeyChart,
  SVGRenderer,
  TitleComponent,
  ToolboxComponent,
  TooltipComponent,
]);

export { connect, dispose, getInstanceByDom, graphic, init, registerLocale, registerTheme } from "echarts/core";
