/** The page's whole style. Colours are variables, so that dark and print change nothing but these. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f8;--card:#fff;--ink:#1a1d21;--soft:#59626d;--line:#dfe3e8;--faint:#eef0f3;
--good:#17734a;--bad:#b3261e;--warn:#8a5a00;--link:#1f56c4;--focus:#1f56c4;
--z0:#4f83e3;--z1:#e8a33d;--z2:#35a394;--z3:#a879d8;--z4:#98a03a;--z5:#d5709c;--z6:#5fb0d6;--z7:#b98260}
@media (prefers-color-scheme:dark){:root{--bg:#111417;--card:#191d21;--ink:#e7eaee;--soft:#9ba5b0;--line:#2b3138;--faint:#22272d;
--good:#62cf97;--bad:#ff8f84;--warn:#e7b54a;--link:#8ab4f8;--focus:#8ab4f8;
--z0:#5b8def;--z1:#d9962f;--z2:#3aa596;--z3:#a57bd3;--z4:#949c3e;--z5:#cf6f99;--z6:#58a5c9;--z7:#b07c5c}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:3rem}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
header,main,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{font-size:1.65rem;line-height:1.2;margin:0;letter-spacing:-.01em}
h2{font-size:1.05rem;line-height:1.3;margin:0 0 .75rem}
p{margin:.35rem 0}
a{color:var(--link)}
.scope{color:var(--soft);margin:.4rem 0 0}
.verdict{font-size:1.15rem;font-weight:600;margin:1.1rem 0 0}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:9}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:4px}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.25rem;margin:1rem 0}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem}.pair>section{margin:0;min-width:0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.9rem 1.25rem;margin:1.1rem 0 0;padding:0}
.figures div{border-top:2px solid var(--line);padding-top:.4rem}
.figures dt{color:var(--soft);font-size:.85rem}
.figures dd{margin:0;font-size:1.45rem;line-height:1.25;font-weight:600;letter-spacing:-.01em}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.soft{color:var(--soft)}
.warning{border-left:4px solid var(--bad)}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--soft);font-size:.85rem;padding:0 0 .4rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;overflow-wrap:anywhere}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.8rem;font-weight:600;color:var(--soft);border-bottom:1px solid var(--line)}
tbody tr+tr>*{border-top:1px solid var(--faint)}
th[scope=row]{font-weight:400}.wide th[scope=row]{white-space:nowrap}
.n{text-align:right;white-space:nowrap}
time,.nb{white-space:nowrap}
.o{white-space:nowrap;font-weight:600}.o::before{display:inline-block;width:1.15em;content:"○" / ""}.o.good::before{content:"✓" / ""}.o.bad::before{content:"✕" / ""}.o.warn::before{content:"?" / ""}
.bars th{white-space:nowrap;width:1%}.bars td.n{width:1%}
.bars svg{display:block;width:100%;height:1.1rem}
.bar{fill:var(--z0)}.bar.good{fill:var(--good)}.bar.bad{fill:var(--bad)}.bar.warn{fill:var(--warn)}.bar.soft{fill:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin:0 0 .6rem;padding:0;list-style:none;font-size:.88rem}
.legend svg{width:.9rem;height:.9rem;vertical-align:-.1rem;margin-right:.4rem}
.z0{fill:var(--z0)}.z1{fill:var(--z1)}.z2{fill:var(--z2)}.z3{fill:var(--z3)}.z4{fill:var(--z4)}.z5{fill:var(--z5)}.z6{fill:var(--z6)}.z7{fill:var(--z7)}
.zu{fill:var(--line)}
.made{stroke:var(--ink);stroke-width:1.5;vector-effect:non-scaling-stroke}
.lost{stroke:var(--bad);stroke-width:4;vector-effect:non-scaling-stroke}
.grid{stroke:var(--card);stroke-opacity:.55;stroke-width:1;vector-effect:non-scaling-stroke}
.axis,summary{display:grid;grid-template-columns:minmax(9rem,15rem) 1fr 8.5rem;gap:0 1rem;align-items:center}
.axis{position:sticky;top:0;background:var(--card);padding:.35rem 0 .25rem 1.1rem;border-bottom:1px solid var(--line);z-index:1;font-size:.8rem;color:var(--soft)}
.axis svg{display:block;width:100%;height:1.1rem;overflow:visible}
.axis text{fill:var(--soft);font-size:.78rem}
details.i{border-bottom:1px solid var(--faint)}
.many details.i{content-visibility:auto;contain-intrinsic-block-size:3.25rem}.many details.i[open]{content-visibility:visible}
summary{cursor:pointer;padding:.5rem 0 .5rem 1.1rem;position:relative;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"";position:absolute;left:.15rem;top:50%;width:.4rem;height:.4rem;border:solid var(--soft);border-width:0 1.5px 1.5px 0;transform:translateY(-50%) rotate(-45deg)}
details[open]>summary::before{transform:translateY(-70%) rotate(45deg)}
summary:hover{background:var(--faint)}
summary b{display:block;font-weight:600;overflow-wrap:anywhere;line-height:1.3}
summary small{color:var(--soft);font-size:.8rem;overflow-wrap:anywhere}
.strip{display:block;width:100%;height:1.35rem;border-radius:3px}
.sum{font-size:.85rem;line-height:1.35}
.body{padding:.25rem 0 1rem 1.1rem;scroll-margin-top:6rem}.body:target .records{outline:2px solid var(--focus);outline-offset:.5rem;border-radius:2px}
.records td:nth-child(1){white-space:nowrap}.note{color:var(--soft);font-size:.92em;margin:.1rem 0 0}
.more>summary{display:block;padding-left:1.1rem;color:var(--link)}
.find{display:flex;gap:.6rem;align-items:center;margin:0 0 .75rem;flex-wrap:wrap}
input{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:.35rem .6rem;min-width:min(20rem,100%)}
footer{color:var(--soft);font-size:.85rem;padding-bottom:2.5rem}
@media (max-width:46rem){
body{font-size:14.5px}header,main,footer{padding-left:.9rem;padding-right:.9rem}section{padding:.9rem}
.pair{grid-template-columns:1fr}.body{padding-left:0;scroll-margin-top:9rem}
.figures{grid-template-columns:1fr 1fr}
.axis,summary{grid-template-columns:1fr auto}
.axis>:first-child,.axis>:last-child{display:none}.axis svg{grid-column:1/-1}
summary .strip{grid-column:1/-1;grid-row:2;margin-top:.35rem}.sum{text-align:right}
.many details.i{contain-intrinsic-block-size:5.4rem}
.records thead,.wide thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.records tr,.wide tr{display:grid;grid-template-columns:1fr auto;gap:.1rem .75rem;padding:.6rem 0;border-top:1px solid var(--faint)}
.records td,.wide td,.wide th{padding:0;border:0!important}
.records td:nth-child(n+3):not(.n){grid-column:1/-1}.records .n{grid-column:2;grid-row:1}
.records td:nth-child(2){grid-column:1;grid-row:1}.records td:nth-child(1){grid-column:1/-1;grid-row:2;color:var(--soft)}
.records td:empty,.wide td:empty{display:none}
.wide td,.wide th{grid-column:1/-1}.wide td:nth-child(1),.wide td:nth-child(3){grid-row:1;grid-column:auto}
summary::before{top:1.55rem}.wide th[scope=row]{white-space:normal}
.counts thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.counts tr{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.5rem 0;border-top:1px solid var(--faint)}
.counts th,.counts td{padding:0;border:0!important;text-align:left}.counts th{flex:1 0 100%}.counts td{font-size:.88em}
.counts td::before{content:attr(data-label) " ";color:var(--soft)}
}
@media print{
@page{size:A4;margin:14mm 12mm}
:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--faint:#ddd;--good:#0b5a36;--bad:#9c1c14;--warn:#6d4700;
--z0:#4f83e3;--z1:#e8a33d;--z2:#35a394;--z3:#a879d8;--z4:#98a03a;--z5:#d5709c;--z6:#5fb0d6;--z7:#b98260}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
html{font-size:9.5pt}body{font-size:1rem}.figures{grid-template-columns:repeat(6,1fr)}header,main,footer{max-width:none;padding:0}header{padding-top:0}
section{border:0;border-top:1px solid var(--line);border-radius:0;padding:.6rem 0;margin:.4rem 0}
.warning{border-left:0}
.skip,.find,details.i>summary::before,noscript{display:none}.more>summary{display:none}
.axis{position:static}
.axis,summary{grid-template-columns:11rem 1fr 7.5rem;padding-left:0}
details.i{content-visibility:visible;break-inside:auto}
details::details-content{content-visibility:visible!important;block-size:auto!important;display:block!important}
.body{padding:.2rem 0 .6rem}
tr,summary,.figures div{break-inside:avoid}summary{break-after:avoid}h2,caption{break-after:avoid}thead{display:table-header-group;break-after:avoid}tbody tr:first-child{break-before:avoid}
.pair>section{break-inside:avoid}
a{color:inherit;text-decoration:none}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media (forced-colors:active){.bar,.z0,.z1,.z2,.z3,.z4,.z5,.z6,.z7{forced-color-adjust:none}}
`.replaceAll("\n", "");
