/**
 * The page's only script; small reports have none. It writes an instance's records down when it is opened, from markup that
 * lies beside them as text: a hundred thousand rows are not laid out before somebody wants to see them. The markup is escaped
 * where it was made, and no network is there to fetch any other.
 */
export const SCRIPT = `
addEventListener("toggle",e=>{const d=e.target,s=d.open&&d.querySelector("script");
if(s){d.querySelector("tbody").innerHTML=s.textContent;s.remove()}},true);
const f=document.querySelector(".find"),i=f.querySelector("input"),o=f.querySelector("output"),all=[...document.querySelectorAll("details.i")];
f.hidden=false;
i.addEventListener("input",()=>{const q=i.value.trim().toLowerCase();let n=0;
for(const d of all){const is=d.firstElementChild.textContent.toLowerCase().includes(q);d.hidden=!is;n+=is}
o.textContent=q===""?"":n+" of "+all.length});
`.replaceAll("\n", "");
