// The style sheet of the page: light and dark, print, no images, no fonts of its own.

export const pageStyle = `
:root { color-scheme: light dark; --text: #1c2128; --quiet: #616b78; --page: #f6f7f9;
  --card: #fff; --line: #dde1e7; --fail: #c02b37; --fail-soft: #fdecee; --pass: #1a7f4b;
  --pass-soft: #e5f5ec; --open: #946200; --open-soft: #fdf3da; --code: #f0f2f5;
  --candidate: #c6512c; --baseline: #3568c0; --production: #7b8592 }
@media (prefers-color-scheme: dark) { :root { --text: #e5e9ef; --quiet: #97a2b0; --page: #14171c;
  --card: #1c2027; --line: #323944; --fail: #ff7b83; --fail-soft: #3c2024; --pass: #57cc8c;
  --pass-soft: #17352a; --open: #eab64e; --open-soft: #382d16; --code: #262b34;
  --candidate: #f2895f; --baseline: #78a5f5; --production: #97a2b0 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px }
h1 { font-size: 30px; line-height: 1.2; margin: 4px 0 8px }
h2 { font-size: 19px; margin: 40px 0 12px }
p { margin: 8px 0; max-width: 80ch }
code, pre, .sides, del, ins, .change { font-family: ui-monospace, "SF Mono", Menlo,
  Consolas, monospace;  font-size: .89em }
code { overflow-wrap: anywhere }
.quiet, .count { color: var(--quiet) }
.count { font-size: .89em; white-space: nowrap; font-variant-numeric: tabular-nums }
.hero { background: var(--card); border: 1px solid var(--line); border-left: 6px solid;
  border-radius: 10px; padding: 22px 26px }
.hero.fail { border-left-color: var(--fail) } .hero.pass { border-left-color: var(--pass) }
.hero.undecided { border-left-color: var(--open) }
.hero.fail h1 { color: var(--fail) } .hero.pass h1 { color: var(--pass) }
.hero.undecided h1 { color: var(--open) }
.hero .lead { font-size: 16px } .reason { display: block; margin: 4px 0 }
td.rest { width: 80% }
nav { margin-top: 14px; display: flex; gap: 18px; flex-wrap: wrap; font-size: 14px }
a { color: var(--baseline); text-decoration: none } a:hover { text-decoration: underline }
.facts { display: flex; flex-wrap: wrap; gap: 10px 36px; margin: 18px 0 0; padding: 0 }
.facts div { min-width: 90px } .facts dt { color: var(--quiet); font-size: 13px }
.facts dd { margin: 0; font-size: 19px; font-variant-numeric: tabular-nums }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  overflow: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th { text-align: left; font-weight: 600; font-size: 13px; color: var(--quiet) }
th, td { padding: 7px 14px; border-top: 1px solid var(--line); vertical-align: top }
thead tr:first-child th { border-top: 0 }
.number { text-align: right; white-space: nowrap } td.zero { color: var(--quiet) }
.state { display: inline-block; font-size: 12.5px; font-weight: 600; border-radius: 5px;
  padding: 1px 8px; background: var(--code); color: var(--quiet) }
.state.fail, .state.confirmed { background: var(--fail-soft); color: var(--fail) }
.state.pass, .state.accepted { background: var(--pass-soft); color: var(--pass) }
.state.undecided, .state.suspected { background: var(--open-soft); color: var(--open) }
ol.causes { margin: 0; padding: 0; list-style: none; counter-reset: cause }
ol.causes li { display: grid; grid-template-columns: 34px 1fr auto; gap: 4px 12px;
  padding: 12px 18px; border-top: 1px solid var(--line); counter-increment: cause }
ol.causes li:first-child { border-top: 0 }
ol.causes li::before { content: counter(cause) "."; font-weight: 600; color: var(--quiet) }
ol.causes .title { overflow-wrap: anywhere; color: inherit }
details.finding { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  margin: 10px 0 }
summary { cursor: pointer; padding: 11px 18px } .where { font-weight: 600 }
summary .count { float: right } summary .what { overflow-wrap: anywhere }
details .body { padding: 2px 18px 16px; border-top: 1px solid var(--line) }
.pairs { list-style: none; padding: 0; margin: 10px 0 } .pairs li { overflow-wrap: anywhere }
del, ins { text-decoration: none; border-radius: 4px; padding: 1px 6px }
del { background: var(--code) } ins { background: var(--fail-soft); color: var(--fail) }
pre { background: var(--code); border-radius: 7px; padding: 9px 13px; margin: 8px 0;
  white-space: pre-wrap; overflow-wrap: anywhere }
.sides { border: 1px solid var(--line); border-radius: 7px; overflow: auto; margin: 10px 0 }
.sides table { table-layout: fixed; min-width: 640px }
.sides th .count { margin-left: 10px; font-weight: 400 }
.sides td { padding: 1px 11px; border: 0; border-left: 1px solid var(--line); white-space: pre-wrap;
  overflow-wrap: anywhere } .sides td:first-child, .sides th:first-child { border-left: 0 }
.sides td.place { color: var(--quiet) }
.sides tr.differs td { background: var(--code) }
.sides tr.differs td.candidate { background: var(--fail-soft) }
.sides tr.differs td.production { background: var(--open-soft) }
.sides tr.gap td { color: var(--quiet); text-align: center; padding: 3px; font-style: italic }
mark { color: inherit; background: none; font-weight: 700; border-bottom: 2px solid currentColor }
td.candidate mark { color: var(--fail) } td.production mark { color: var(--open) }
.samples { margin-top: 8px } .tag { margin-right: 10px; white-space: nowrap }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(330px, 1fr)); gap: 14px }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 12px 14px } figure.wide { grid-column: 1 / -1 }
figcaption { font-size: 13.5px; font-weight: 600; overflow-wrap: anywhere }
svg { display: block; max-width: 100%; height: auto }
svg text { font-size: 11px; fill: var(--quiet) }
.grid { stroke: var(--line) } .line { fill: none; stroke-width: 2; stroke-linejoin: round }
.line.production { stroke: var(--production); stroke-dasharray: 4 3 }
.line.baseline { stroke: var(--baseline) } .line.candidate { stroke: var(--candidate) }
.key { display: flex; gap: 20px; font-size: 13.5px; margin: 0 0 10px } .key span::before {
  content: ""; display: inline-block; width: 20px; margin-right: 7px; vertical-align: middle;
  border-top: 3px solid } .key .production::before { border-color: var(--production);
  border-top-style: dashed }
.key .baseline::before { border-color: var(--baseline) }
.key .candidate::before { border-color: var(--candidate) }
.ratio { display: inline-block; vertical-align: middle } .ratio .axis { stroke: var(--quiet) }
.ratio .span { stroke-width: 2.5; stroke: var(--quiet) } .ratio circle { fill: var(--quiet) }
.ratio.slower .span { stroke: var(--fail) } .ratio.slower circle { fill: var(--fail) }
.ratio.faster .span { stroke: var(--pass) } .ratio.faster circle { fill: var(--pass) }
.endpoint { overflow-wrap: anywhere; min-width: 220px } .warn { color: var(--open) }
@media print { body { background: none }
  main { max-width: none; padding: 0 } nav { display: none } }
`
