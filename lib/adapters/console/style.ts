import { TONE_COLOURS } from '../../core/notify/tone.ts';
import { COLOURS } from '../api/pages/page.ts';
import { CHANNEL_NAMES } from '../channels/registry.ts';

/** Of all pages of the console; no page has a style of its own, so that none need be allowed. */
export const STYLE = `${COLOURS}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--act)}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--act);outline-offset:2px}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;background:var(--card);padding:8px}
body>header{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:center;padding:10px 16px;background:var(--card);border-bottom:1px solid var(--line)}
body>header strong{font-size:17px}
nav{display:flex;flex-wrap:wrap;gap:2px 16px;flex:1}
nav a,.tools a{display:inline-block;padding:6px 0;text-decoration:none}
nav a:hover,.tools a:hover{text-decoration:underline}
[aria-current]{color:var(--ink);font-weight:600;box-shadow:0 2px 0 var(--act)}
.tools{display:flex;flex-wrap:wrap;gap:4px 14px;align-items:center}
main{max-width:1240px;margin:0 auto;padding:16px}
h1{margin:0 0 12px;font-size:22px;line-height:1.3}
h2{margin:24px 0 8px;font-size:17px;line-height:1.3}
h3{margin:16px 0 6px;font-size:15px}
p{margin:0 0 10px}
small,.soft{color:var(--soft);font-size:13px}
code,pre{font:13px/1.5 ui-monospace,monospace}
pre{margin:0;padding:12px;background:var(--card);border:1px solid var(--line);border-radius:4px;white-space:pre-wrap;max-height:32em;overflow:auto}
.card{background:var(--card);border:1px solid var(--line);border-radius:4px;padding:12px 16px;margin:0 0 12px}
.edge{border-left-width:4px}
.card>:first-child{margin-top:0}
details{margin:10px 0}
summary{cursor:pointer}
.dot{display:inline-block;width:10px;height:10px;border-radius:50%;margin-right:7px;background:var(--soft)}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px;margin:0;padding:0;list-style:none}
.tiles .card{margin:0}
.tiles+.card{margin-top:12px}
.big{font-size:26px;font-weight:600;line-height:1.2;display:block}
.list{margin:0;padding:0;list-style:none}
.list li{padding:8px 12px;background:var(--card);border:1px solid var(--line);border-left:4px solid var(--line);margin:0 0 -1px}
.list time,.list .when{float:right;margin-left:12px;color:var(--soft);font-size:13px}
${Object.entries(TONE_COLOURS)
  .map(
    ([tone, colour]) =>
      `.edge.${tone},.list li.${tone}{border-left-color:${colour}}.dot.${tone}{background:${colour}}`,
  )
  .join('\n')}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line)}
th,td{padding:7px 10px;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
thead th{border-top:0;font-size:13px;color:var(--soft);font-weight:600}
tbody th{font-weight:400}
time,.num{font-variant-numeric:tabular-nums}
progress{display:block;width:100%;min-width:110px;height:8px;margin:5px 0 3px;appearance:none;border:1px solid var(--line);border-radius:4px;background:var(--paper);overflow:hidden}
progress::-webkit-progress-bar{background:var(--paper)}
progress::-webkit-progress-value{background:${TONE_COLOURS.info}}
progress::-moz-progress-bar{background:${TONE_COLOURS.info}}
progress.warn::-webkit-progress-value{background:${TONE_COLOURS.warn}}
progress.warn::-moz-progress-bar{background:${TONE_COLOURS.warn}}
progress.bad::-webkit-progress-value{background:${TONE_COLOURS.bad}}
progress.bad::-moz-progress-bar{background:${TONE_COLOURS.bad}}
.filter{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:end;margin:24px 0 12px}
label{display:block;font-size:13px;color:var(--soft)}
input,select,button{font:inherit;color:inherit;min-height:36px;padding:5px 10px;border:1px solid var(--soft);border-radius:4px;background:var(--card);max-width:100%}
.filter input,.filter select{width:150px}
button{cursor:pointer;background:var(--act);color:var(--on-act);border-color:transparent;font-weight:600}
button.plain{background:none;color:var(--act);border-color:var(--line);font-weight:400}
a.button{display:inline-block;padding:6px 14px;border:1px solid transparent;border-radius:4px;background:var(--act);color:var(--on-act);font-weight:600;text-decoration:none}
a.button.plain{background:none;color:var(--act);border-color:var(--line);font-weight:400}
textarea{width:100%;font:13px/1.5 ui-monospace,monospace;color:inherit;padding:8px 10px;border:1px solid var(--soft);border-radius:4px;background:var(--card);resize:vertical}
.draft,.fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:12px 16px;align-items:end}
.draft{max-width:900px}
.draft .wide,.draft>.acts{grid-column:1/-1}
.draft input:not([type=checkbox]),.draft select{width:100%}
.draft details{margin:0}
.draft summary{margin-bottom:8px}
.draft fieldset{border:0;margin:0;padding:0}
.draft fieldset label{display:inline-block;margin-right:12px}
.draft legend{font-size:13px;color:var(--soft);padding:0 0 4px}
.draft small{display:block;margin-top:3px}
input[type=checkbox]{min-height:0;vertical-align:-2px}
.draft:not(:has(option[value=pattern]:checked)) .only-pattern{display:none}
${CHANNEL_NAMES.map((name) => `.draft:has(option[value=${name}]:checked) [class^=of-]:not(.of-${name})`).join(',')}{display:none}
form.inline{display:inline}
dl{display:grid;grid-template-columns:minmax(110px,max-content) 1fr;gap:4px 16px;margin:0}
dt{color:var(--soft)}
dd{margin:0}
.line{margin:0;padding:0 0 0 18px;list-style:none;border-left:2px solid var(--line)}
.line>li{position:relative;padding:0 0 12px}
.line>li::before{content:"";position:absolute;left:-24px;top:6px;width:10px;height:10px;border-radius:50%;background:var(--soft);border:2px solid var(--paper)}
${Object.entries(TONE_COLOURS)
  .map(([tone, colour]) => `.line>li.${tone}::before{background:${colour}}`)
  .join('\n')}
.tag{display:inline-block;padding:0 7px;border:1px solid var(--line);border-radius:10px;font-size:13px;color:var(--soft)}
.acts{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0;align-items:center}
table+p,[data-part]+p{margin-top:10px}
footer{max-width:1240px;margin:0 auto;padding:8px 16px 24px;color:var(--soft);font-size:13px}
kbd{padding:0 5px;border:1px solid var(--line);border-radius:3px;background:var(--card);font:12px ui-monospace,monospace}
.sign-in{max-width:460px;margin:0 auto}
.sign-in input{width:100%;margin:2px 0 10px}
body.wall>header,body.wall footer,body.wall .filter,body.wall .quiet{display:none}
body.wall main{max-width:none;font-size:20px}
body.wall .big{font-size:54px}
figure{margin:0 0 12px}
figcaption h3{margin:0 0 8px}
.figures{display:grid;grid-template-columns:minmax(0,1fr);gap:12px}
.figures figure{margin:0}
.plot{display:grid;grid-template-columns:minmax(0,1fr) minmax(250px,1fr);gap:16px;align-items:start}
.data thead th{white-space:nowrap}
.data{overflow-wrap:break-word}
.data tbody th{overflow-wrap:anywhere;min-width:6em}
.data td.num{white-space:nowrap}
.data td.num time{white-space:normal}
svg{display:block;width:100%;height:auto}
svg text{font-size:12px;fill:var(--soft)}
svg .end{text-anchor:end}
svg .middle{text-anchor:middle}
svg .axis{fill:var(--soft)}
svg .faint{fill:var(--line)}
figure{container-type:inline-size}
@container (max-width:640px){svg text{font-size:16px}}
.c0{fill:#3b82c4;background:#3b82c4}
.pale{opacity:.5}
.c1{fill:#d64541;background:#d64541}
.c2{fill:#b7791f;background:#b7791f}
.c3{fill:#7c5cc4;background:#7c5cc4}
.c4{fill:#2a8f86;background:#2a8f86}
.c5{fill:#7b8794;background:#7b8794}
td.num,.data thead th+th{text-align:right}
td .head{display:none}
@media (max-width:640px){
nav{order:1;flex-basis:100%}
svg text{font-size:16px}
.plot{grid-template-columns:minmax(0,1fr)}
td .head{display:inline;color:var(--soft)}
main{padding:12px}
table,tbody,tr,td,tbody th{display:block;border-top:0}
thead{position:absolute;left:-9999px}
tr{padding:8px 10px;border-top:1px solid var(--line)}
td,tbody th{padding:1px 0}
.data{display:table}
.data tbody{display:table-row-group}
.data tr{display:table-row}
.data td,.data tbody th,.data thead th{display:table-cell;padding:4px 5px}
.data thead th{white-space:normal}
.data thead{position:static}
dl{grid-template-columns:1fr}
dd{margin:0 0 6px}
.filter>*{flex:1 1 130px}
.filter input,.filter select{width:100%}
.list time,.list .when{float:none;display:block;margin:0}
.list .when time{display:inline}
.data td,.data th{font-size:14px}
.data tbody th{min-width:7em}
.data td.num{white-space:normal}
}
@media (prefers-reduced-motion:no-preference){.fresh{animation:fresh 2s}}
@keyframes fresh{from{background:var(--line)}}
`;
