/**
 * Characters as people write them. Programs that print give glyphs the code of a radical (Chromium's
 * 限閱⽂件 has U+2F42 for U+6587), or of a ligature, and no reader sees the difference.
 */

/** Of the supplement of radicals, those that have one: Unicode's EquivalentUnifiedIdeograph. */
const radicals = Array.from(
  '⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳',
)
const ideographs = Array.from(
  '厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟',
)
const ideographOf = new Map(radicals.map((radical, at) => [radical, ideographs[at] ?? radical]))

export function asWritten(text: string): string {
  // The radicals of the Kangxi dictionary and Latin ligatures have their like by compatibility.
  return text.replaceAll(
    /[\u2e80-\u2fd5\ufb00-\ufb06]/gu,
    (sign) => ideographOf.get(sign) ?? sign.normalize('NFKC'),
  )
}
