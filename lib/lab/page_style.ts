/** How the page of `chat lab --html` looks, in light and in dark. */
export const PAGE_STYLE = `
:root{--ink:#1d2127;--soft:#5f6771;--paper:#fff;--panel:#f5f6f8;--edge:#dfe3e8;--good:#1f7a44;--bad:#b3261e;--attack:#b45309}
@media(prefers-color-scheme:dark){:root{--ink:#e4e7eb;--soft:#9aa3ad;--paper:#14171b;--panel:#1c2026;--edge:#31373f;--good:#5cc98a;--bad:#ff8a80;--attack:#f0a94c}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:54rem;padding:1.5rem 1rem 4rem;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem}
h2{font-size:1.25rem;margin:3rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--edge)}
a{color:inherit}p{margin:.4rem 0}
.soft{color:var(--soft);font-size:.9rem}
.good,.bad{font-size:.85rem;font-weight:600;white-space:nowrap}.good{color:var(--good)}.bad{color:var(--bad)}
.attacker{background:var(--panel);border-left:3px solid var(--attack);padding:.6rem .9rem}
.steps{padding-left:1.6rem}.steps li{margin:.7rem 0}
.steps li.attacker{background:none;border:0;padding:0}.steps li.attacker::marker{color:var(--attack);font-weight:700}
.saw{color:var(--soft);overflow-wrap:anywhere}
figure{margin:1.2rem 0}figcaption{font-weight:600;margin-bottom:.3rem}
.hex{margin:.6rem 0}.hex figcaption{font-size:.9rem}
pre{margin:0;padding:.6rem .8rem;max-height:15rem;overflow:auto;background:var(--panel);border:1px solid var(--edge);border-radius:6px;font:12.5px/1.45 ui-monospace,monospace}
pre i{color:var(--soft);font-style:normal}
.wide{overflow-x:auto}svg{display:block;width:100%;min-width:32rem;height:auto}
table{border-collapse:collapse;font-size:.92rem}th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--edge)}
td.number{text-align:right;font-variant-numeric:tabular-nums}
.verdicts{list-style:none;padding:.8rem 1rem;background:var(--panel);border-radius:6px}.verdicts li{margin:.4rem 0;overflow-wrap:anywhere}
`;
