/** The look of a report: on a screen, light or dark, and on A4. No font, picture or script comes from elsewhere. */
export const STYLE = `
:root{--ink:#1b2430;--soft:#5a6675;--line:#d7dde5;--paper:#fff;--panel:#f5f7fa;--first:#1f4e8c;--second:#a9c1e3;--good:#1c7a55;--late:#e0a92f;--bad:#b8352a;--rest:#b9c1cc;--off:#e9edf2}
@media (prefers-color-scheme:dark){:root{--ink:#e7ecf3;--soft:#a3afbf;--line:#374252;--paper:#131a23;--panel:#1c2530;--first:#7fb0f2;--second:#33537f;--good:#49b98a;--late:#e6bd5a;--bad:#ee7c70;--rest:#566274;--off:#202a37}}
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 "Segoe UI","Noto Sans","Liberation Sans","DejaVu Sans",Roboto,Arial,sans-serif}
main{max-width:980px;margin:0 auto;padding:32px 24px 48px}
header{border-bottom:3px solid var(--first);padding-bottom:14px;margin-bottom:20px}
h1{font-size:25px;line-height:1.25;margin:0 0 4px}
h2{font-size:18px;margin:34px 0 8px;color:var(--first)}
p{margin:6px 0}
.lead{font-size:17px;margin:0}
.soft,figcaption,.legend{color:var(--soft)}
.mark{display:inline-block;border:1px solid var(--bad);color:var(--bad);border-radius:4px;padding:0 8px;font-weight:600}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin:18px 0;padding:0;list-style:none}
.tiles li{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:10px 14px}
.tiles b{display:block;font-size:24px;line-height:1.25;font-variant-numeric:tabular-nums}
.tiles span{color:var(--soft);font-size:13px;display:block;line-height:1.35}
figure{margin:10px 0 0;break-inside:avoid}
figcaption{font-size:13px;margin-bottom:4px}
.chart{display:block;width:100%;height:auto}
.chart text{fill:var(--ink);font-size:12px}
.chart .strong{font-weight:600}
.grid{stroke:var(--line);stroke-width:1}
.first{fill:var(--first)}.second{fill:var(--second)}.good{fill:var(--good)}.late{fill:var(--late)}.bad{fill:var(--bad)}.rest{fill:var(--rest)}.off{fill:var(--off)}
.legend{font-size:13px;display:flex;flex-wrap:wrap;gap:4px 18px;margin:6px 0 0;padding:0;list-style:none}
.legend svg{width:12px;height:12px;margin-right:6px;vertical-align:-1px}
table{border-collapse:collapse;width:100%;margin:12px 0;font-size:13px;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:4px 0}
th,td{padding:5px 7px;border-bottom:1px solid var(--line);text-align:right;vertical-align:top}
thead th{border-bottom:2px solid var(--ink);vertical-align:bottom;font-weight:600;line-height:1.25}
th[scope=row],thead th:first-child,.names td:nth-child(2),.names th:nth-child(2),.texts td,.texts th{text-align:left}
th[scope=row]{font-weight:400}
th::first-letter,.legend li::first-letter{text-transform:uppercase}
tbody tr:nth-child(even){background:var(--panel)}
.wide{overflow-x:auto}
.name{overflow-wrap:anywhere;min-width:180px}
details{margin:8px 0}
summary{cursor:pointer;color:var(--first)}
.notes{font-size:13px;padding-left:20px}
.notes li{margin:4px 0}
code{font:12px/1.4 ui-monospace,"Liberation Mono","DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
@media (max-width:640px){.tiles{grid-template-columns:repeat(2,1fr)}main{padding:20px 14px}}
@page{size:A4;margin:14mm 13mm 15mm}
@page wide{size:A4 landscape;margin:12mm}
@media print{
:root{--ink:#000;--soft:#444;--line:#c3c9d1;--paper:#fff;--panel:#f4f6f8;--first:#1f4e8c;--second:#a9c1e3;--good:#1c7a55;--late:#e0a92f;--bad:#b8352a;--rest:#b9c1cc;--off:#e9edf2}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
html{color-scheme:light}
body{font-size:10.5pt}
main{max-width:none;padding:0}
h1{font-size:17pt}
h2{font-size:12.5pt;margin-top:16pt;break-after:avoid}
.tiles b{font-size:15pt}
.tiles span,table,figcaption,.legend,.notes{font-size:8.5pt}
.tiles{gap:8px;margin:12px 0}
.tiles li{padding:7px 10px}
.agencies{page:wide}
.agencies table{font-size:7.5pt}
.agencies td,.agencies th{padding:3px 6px}
.wide{overflow:visible}
thead{display:table-header-group}
tr{break-inside:avoid}
details:not([open]){display:none}
}`;
