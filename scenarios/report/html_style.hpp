// The page's style sheet.
#pragma once

#include <string_view>

namespace scenarios {

// The style of the page, whole.
inline constexpr std::string_view page_style = R"css(
:root {
  color-scheme: light dark;
  --page: #fcfcfa; --raised: #ffffff; --ink: #1c1f22; --soft: #5c6369; --line: #e3e3de; --wash: #f3f3ef;
  --good: #19704a; --good-wash: #e3f2ea; --bad: #b3261e; --bad-wash: #fbe9e7; --open: #8a5a00; --open-wash: #fbf0d9;
  --link: #1f5f8b; --bar-good: #2f8560; --bar-bad: #c4473c; --bar-open: #dfa93f; --bar-calm: #8fa3b3;
  --bar-other: #7b68a4;
  --text: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #141618; --raised: #1b1e21; --ink: #e6e8e9; --soft: #9aa2a9; --line: #2d3236; --wash: #202427;
    --good: #6fcb9c; --good-wash: #16302480; --bad: #ff8f85; --bad-wash: #3b1f1d; --open: #e6b657; --open-wash: #352a14;
    --link: #86bfe6; --bar-good: #35835f; --bar-bad: #c04a40; --bar-open: #b98a34; --bar-calm: #66788a;
    --bar-other: #7f6ca6;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 var(--text); }
main { max-width: 60rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; border-radius: 3px; }
h1, h2, h3 { line-height: 1.2; letter-spacing: -0.012em; text-wrap: balance; }
h1 { font-size: clamp(1.9rem, 5vw, 2.75rem); font-weight: 640; margin: 0.35rem 0 0.75rem; }
h2 { font-size: 1.3rem; font-weight: 620; margin: 3.5rem 0 0.5rem; }
h3 { font-size: 0.95rem; font-weight: 620; margin: 1.75rem 0 0.5rem; }
p { margin: 0.5rem 0; max-width: 44rem; }
.brand { margin: 0; font-size: 0.85rem; color: var(--soft); letter-spacing: 0.02em; }
.lede { font-size: 1.08rem; color: var(--soft); }
.note { color: var(--soft); font-size: 0.92rem; }
.ok { color: var(--good); } .violated { color: var(--bad); } .unknown { color: var(--open); }
code, pre, .id { font-family: var(--mono); font-size: 0.86em; font-variant-ligatures: none; }
pre { margin: 0.75rem 0; padding: 0.75rem 1rem; background: var(--wash); border-radius: 6px; overflow-x: auto;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1.25rem 1.5rem;
  margin: 2rem 0 0; padding: 1.25rem 0; border-block: 1px solid var(--line); }
.figures div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dt { font-size: 0.85rem; color: var(--soft); }
.figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; letter-spacing: -0.01em; font-variant-numeric: tabular-nums; }
.figures small { font-size: 0.85rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }

.cases { list-style: none; margin: 1rem 0 0; padding: 0; border-top: 1px solid var(--line); }
.cases > li { border-bottom: 1px solid var(--line); }
.row { display: grid; grid-template-columns: 6.6rem minmax(0, 1fr) 8.5rem 4.5rem; gap: 0 1rem; align-items: baseline; }
.heads { padding: 0 0 0.4rem 1.25rem; margin-top: 1.25rem; font-size: 0.82rem; color: var(--soft); }
.heads .rules, .heads .seconds { font-size: inherit; }
.heads + .cases { margin-top: 0; }
summary { cursor: pointer; padding: 0.7rem 0 0.7rem 1.25rem; position: relative; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: ""; position: absolute; left: 0.2rem; top: 1.22rem; width: 0.38rem; height: 0.38rem;
  border-right: 1.5px solid var(--soft); border-bottom: 1.5px solid var(--soft); transform: rotate(-45deg);
  transition: transform 0.12s ease-out; }
details[open] > summary::before { transform: rotate(45deg); }
summary:hover { background: var(--wash); }
@media (prefers-reduced-motion: reduce) { summary::before { transition: none; } }
.name { min-width: 0; overflow-wrap: anywhere; }
.name b { font-weight: 560; display: block; }
.name .id { color: var(--soft); }
.rules { font-size: 0.85rem; color: var(--soft); }
.seconds { text-align: right; font-variant-numeric: tabular-nums; font-size: 0.9rem; color: var(--soft); }
.badge { display: inline-block; padding: 0.02rem 0.5rem; border-radius: 4px; font-size: 0.85rem; font-weight: 560;
  white-space: nowrap; }
.badge.ok { background: var(--good-wash); } .badge.violated { background: var(--bad-wash); }
.badge.unknown { background: var(--open-wash); }
.story { padding: 0.25rem 0 1.75rem 1.25rem; }
.story .why { color: var(--soft); }
.story ul { margin: 0.25rem 0; padding-left: 1.1rem; }
.violation { margin: 0.75rem 0; padding: 0.75rem 1rem; background: var(--bad-wash); border-radius: 6px; max-width: 48rem;
  overflow-wrap: anywhere; }
.violation.open { background: var(--open-wash); }
.violation p { margin: 0; }
.violation .note { margin-top: 0.4rem; }
.broken > li { margin: 0 0 1.75rem; max-width: 48rem; overflow-wrap: anywhere; }
.broken h3 { font-size: 1rem; margin: 0 0 0.35rem; } .broken a { color: inherit; text-underline-offset: 0.2em; }
.broken { list-style: none; margin: 1rem 0 0; padding: 0; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.93rem; }
caption { text-align: left; font-weight: 620; font-size: 0.95rem; padding: 0 0 0.5rem; }
th { text-align: left; font-weight: 400; color: var(--soft); font-size: 0.82rem; }
th, td { padding: 0.4rem 1rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
tbody th { color: var(--ink); font-size: inherit; }
td.number, th.number { text-align: right; padding-right: 0; padding-left: 1rem; font-variant-numeric: tabular-nums;
  white-space: nowrap; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 0 3rem; }
.pair > div { margin-top: 1.75rem; }
.meter { display: block; height: 3px; margin-top: 0.3rem; background: var(--wash); border-radius: 2px; overflow: hidden; }
.meter i { display: block; height: 100%; background: var(--bar-calm); }
.never { color: var(--open); }

figure { margin: 1rem 0; }
figcaption { font-size: 0.85rem; color: var(--soft); margin-bottom: 0.5rem; }
.key { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0.4rem 0 0; padding: 0; list-style: none;
  font-size: 0.8rem; color: var(--soft); }
.story ul.key { padding: 0; }
.key i { display: inline-block; width: 0.7rem; height: 0.7rem; border-radius: 2px; margin-right: 0.35rem; }
svg.timeline { display: block; width: 100%; font: 12px var(--text); background: var(--raised);
  border: 1px solid var(--line); border-radius: 6px; }
svg text { fill: var(--ink); } svg .lane, svg .tick { fill: var(--soft); } svg .tick { font-size: 11px; }
svg .note { font-size: 11px; } svg .within { fill: #fff; } svg .open-bar + .within { fill: #201600; }
svg .grid { stroke: var(--line); } svg .rule { stroke: var(--line); }
svg .moment { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 3 3; }
svg .flag { fill: var(--bad); font-weight: 600; }
.good { fill: var(--bar-good); background: var(--bar-good); } .bad { fill: var(--bar-bad); background: var(--bar-bad); }
.open-bar { fill: var(--bar-open); background: var(--bar-open); }
.calm { fill: var(--bar-calm); background: var(--bar-calm); }
.other { fill: var(--bar-other); background: var(--bar-other); }
footer { margin-top: 4.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); font-size: 0.88rem; color: var(--soft); }
footer dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.25rem 1rem; margin: 0.75rem 0 1.25rem; }
footer dt { font-variant-numeric: tabular-nums; color: var(--ink); } footer dd { margin: 0; }
@media (max-width: 42rem) {
  main { padding: 2rem 1rem 3rem; }
  h2 { margin-top: 2.75rem; }
  .heads { display: none; }
  .row { grid-template-columns: minmax(0, 1fr) auto; gap: 0.25rem 0.75rem; }
  .row .name { grid-column: 1 / -1; grid-row: 1; }
  .row .rules { text-align: right; grid-column: 2; }
  .row .seconds { display: none; }
  .cases + .heads { margin: 0; }
  svg .note { display: none; }
  .figures { grid-template-columns: 1fr 1fr; }
}
@media print { details > .story { display: block; } pre, .violation { border: 1px solid var(--line); } }
)css";

}  // namespace scenarios
