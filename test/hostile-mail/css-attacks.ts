/** Styles that fetch, tell what they see, or reach out of the message. */
import { htmlMessage, trapUrl, type Attack } from './attack.ts'

const rules = (url: string): readonly string[] => [
  `body{background:url("${url}")}`,
  `body{background:url('${url}')}`,
  `body{background:url(${url})}`,
  `body{background:u\\72l("${url}")}`,
  `body{background:\\75\\72\\6c("${url}")}`,
  `body{background:URL("${url}")}`,
  `body{background:url(/*x*/"${url}")}`,
  `body{background:url(\n"${url}"\n)}`,
  `body{background:image-set("${url}" 1x)}`,
  `body{background:-webkit-image-set(url("${url}") 1x)}`,
  `body{background:cross-fade(url("${url}"),url("${url}"),50%)}`,
  `body{background:image("${url}")}`,
  `:root{--x:url("${url}")}body{background:var(--x)}`,
  `:root{--x:"${url}"}body{background:image-set(var(--x) 1x)}`,
  `@property --y{syntax:"<image>";inherits:true;initial-value:url("${url}")}body{background:var(--y)}`,
  `@import "${url}";`,
  `@import url("${url}");`,
  `@\\69mport "${url}";`,
  `@import "${url}" layer(x) supports(display:block) screen;`,
  `@charset "utf-8";@import'${url}';`,
  `@font-face{font-family:x;src:url("${url}")}body{font-family:x}`,
  `@font-face{font-family:x;src:local("x"),url("${url}") format("woff2");unicode-range:U+41}body{font-family:x}`,
  `ul{list-style-image:url("${url}")}li{display:list-item}`,
  `body{cursor:url("${url}"),auto}`,
  `body::before{content:url("${url}")}`,
  `body{border-image:url("${url}") 1}`,
  `body{mask:url("${url}")}p{-webkit-mask-image:url("${url}")}`,
  `body{clip-path:url("${url}#x")}`,
  `body{filter:url("${url}#x")}p{backdrop-filter:url("${url}#x")}`,
  `body{shape-outside:url("${url}");float:left}`,
  `body{offset-path:url("${url}#x")}`,
  `p{-webkit-box-reflect:below 0 url("${url}")}`,
  `a:visited{background:url("${url}")}`,
  `input[value^="s"]{background:url("${url}")}`,
  `p:hover{background:url("${url}")}p{position:fixed;inset:0}`,
  `@media screen{body{background:url("${url}")}}`,
  `@supports (display:block){body{background:url("${url}")}}`,
  `@container (min-width:1px){body{background:url("${url}")}}`,
  `@page{background:url("${url}")}@media print{body{background:url("${url}")}}`,
  `@namespace x url("${url}");`,
  `@keyframes x{from{background:url("${url}")}}body{animation:x 1s}`,
  `body{background:url("${url}`,
  `</style><img src="${url}"><style>`,
  `<!--</style><img src="${url}"><style>-->`,
  `*{position:fixed!important;inset:0!important;z-index:2147483647!important;width:100vw;height:100vh}`,
  `html,body{height:10000000px;width:10000000px}`,
  `*{animation:x 1ms infinite;filter:blur(50px)}@keyframes x{to{transform:rotate(360deg)}}`,
  `${'a,'.repeat(20_000)}a{color:red}`,
  '{'.repeat(50_000),
  '@import{'.repeat(30_000),
  'url('.repeat(30_000),
]

export function cssAttacks(): readonly Attack[] {
  return rules('x').map((_, at) => {
    const name = `style ${at}`
    const rule = rules(trapUrl(name))[at] ?? ''
    const inline = /^\w+\{([^{}]*)\}$/.exec(rule)?.[1]?.replaceAll('"', '&quot;') ?? ''
    return htmlMessage(name, `<style>${rule}</style><p style="${inline}">x</p><ul><li>y</li></ul>`)
  })
}
