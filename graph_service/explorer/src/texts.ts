/** What the page says, in Chinese and English; `{n}` stands for a value. */

const TEXTS: Record<string, [string, string]> = {
  "ask-label": ["问一家企业、一个园区、一条产业链，或直接提问", "A company, a park, an industry, or a question"],
  "ask-hint": ["如：德广信、zhuji，或“谁引进了德广信的上游企业”", "e.g. 德广信, zhuji, or “who introduced the suppliers of 德广信”"],
  "ask": ["提问", "Ask"], "searching": ["正在查找…", "Searching…"], "things-found": ["事物", "Things"], "questions-for": ["可以这样问", "Questions that fit"],
  "ask-freely": ["直接提问：{q}", "Ask this: {q}"], "nothing-found": ["没有名称含“{q}”的事物；可按回车直接提问", "Nothing is named like “{q}”; press Enter to ask it as a question"],
  "matched": ["别名 {n}", "also {n}"], "links": ["{n} 条联系", "{n} links"],
  "start-title": ["产业往来，句句有据", "Who moved where, and which sentence says so"],
  "start-lead": ["已读 {documents} 篇文献，{claims} 条断言，{things} 个事物。先提问，再看图，最后读原句。", "{documents} documents read: {claims} claims about {things} things. Ask first, then look at the graph, then read the sentence."],
  "start-1": ["输入名称，一个字或拼音即可", "Type a name: one character or pinyin will do"], "start-2": ["选一个问句，答案是一句句原文", "Choose a question; the answer is sentences"],
  "start-3": ["点图上的线，看是哪句话说的", "Click a line of the graph to see who says so"],
  "start-questions": ["从这些问题开始", "Questions to begin with"], "start-things": ["或从这里看起", "Or begin here"], "example": ["示例", "Example"],
  "answer": ["答案", "Answer"], "paths": ["路径", "Paths"], "time": ["时间", "Time"], "map": ["迁移地图", "Moves"], "history": ["步骤", "Steps"], "graph": ["图", "Graph"], "details": ["详情", "Details"],
  "rows": ["{n} 行", "{n} rows"], "rows-of": ["{n} / {all} 行", "{n} of {all} rows"], "see-sparql": ["查看 SPARQL", "Show SPARQL"], "open-editor": ["在编辑器中打开", "Open in the editor"], "hide": ["隐藏", "Hide"],
  "filter": ["在结果中筛选", "Filter rows"], "sort": ["排序", "Sort"], "sort-given": ["原有次序", "As given"], "all": ["全部", "All"],
  "sentence": ["原句", "Sentence"], "gist": ["要点", "What it says"], "source": ["出处", "Source"], "not-reported": ["未见报道", "not reported"],
  "never-said": ["各行均未见报道：{n}", "Not reported in any row: {n}"],
  "no-rows": ["读过的文献中没有提到。没有答案不等于没有其事。", "The documents read do not say. That does not mean it is not so."], "answering": ["正在查询…", "Asking…"], "cancel": ["取消", "Cancel"], "cancelled": ["已取消", "Cancelled"],
  "retry": ["重试", "Try again"], "unreachable": ["服务没有回应", "The service does not answer"], "unreachable-cure": ["图上的内容仍在，请稍后重试。", "What you see is kept; try again in a moment."],
  "not-understood": ["没有读懂这个问题", "This question was not understood"], "try-these": ["可以改问：", "You could ask:"],
  "set-aside": ["没有计入的词：{n}", "Words that were set aside: {n}"], "may-be-also": ["“{n}”也可能指：", "“{n}” may also be:"],
  "pick-question": ["关于【{n}】可以问", "Questions about {n}"], "actual": ["实际", "actual"], "planned": ["计划", "planned"], "target": ["目标", "target"], "possible": ["可能", "possible"],
  "modality": ["情态", "Modality"], "document": ["文献", "Document"], "connect": ["只连不加", "Connect only"], "connect-hint": ["补上可见事物之间的关系，不添新事物", "Draws relations among what is shown, adds nothing"],
  "undo": ["撤销", "Undo"], "redo": ["重做", "Redo"], "fit": ["全部入画", "Fit"], "zoom-in": ["放大", "Zoom in"], "zoom-out": ["缩小", "Zoom out"], "show-prospects": ["计划与可能", "Prospects"],
  "reveal": ["显示全部", "Show all"], "clear": ["清空", "Clear"], "save": ["导出", "Save"], "share": ["复制链接", "Copy link"], "copied": ["已复制", "Copied"], "help": ["帮助", "Help"], "close": ["关闭", "Close"],
  "graph-label": ["关系图，{n} 个事物，{m} 条关系；同样的内容见右侧的邻居树", "Graph of {n} things and {m} relations; the tree of neighbours has the same"], "graph-empty": ["提问或选一个事物，图就从这里长出来", "Ask, or choose a thing: the graph grows here"],
  "pin": ["固定", "Pin"], "unpin": ["取消固定", "Unpin"], "isolate": ["只看它", "Isolate"], "page": ["它的页面", "Its page"], "to-paths": ["从它找路径", "Paths from it"],
  "neighbours": ["邻居", "Neighbours"], "tree-help": ["方向键移动，回车加到图上，e 看证据", "Arrows move, Enter adds to the graph, e shows evidence"], "add-all": ["全部加入", "Add all"], "fold": ["折成一组", "Keep as one group"], "more": ["再列 {n} 个", "{n} more"],
  "too-common": ["名称含这些字的很多，只找到前 {n} 个；再多写一两个字就能全部列出", "Many names have these words; these are the first {n} found. With another character or two all are listed"],
  "in-group": ["在组内查找", "Search in the group"], "on-graph": ["已在图上", "on the graph"], "too-many": ["图上约 300 个为限，其余折成一组", "About 300 fit on the graph; the rest is kept as one group"], "prospects-of": ["其中计划与可能 {n}", "{n} of them prospects"],
  "evidence": ["证据", "Evidence"], "evidence-count": ["{n} 条断言，{m} 句原文", "claims: {n} · sentences: {m}"], "speaker": ["说话人", "Speaker"], "rule": ["规则", "Rule"], "triple": ["三元组", "Triple"], "copy-citation": ["复制为引文", "Copy as citation"],
  "derived-from": ["推导的依据", "what it was derived from"], "derived": ["由规则 {n} 推导得出", "Derived by the rule {n}"], "paragraph": ["所在段落", "Its paragraph"], "open-document": ["打开文献", "Open the document"], "no-evidence": ["没有找到直接的原句", "No sentence was found for it"],
  "disagree": ["各文献说法不一", "Documents disagree"], "from": ["从", "From"], "to": ["到", "To"], "find-paths": ["找路径", "Find paths"], "paths-lead": ["最多四步；省市等枢纽不作中间点。", "At most four steps; hubs such as provinces are left out as steps between."], "no-paths": ["四步之内没有路径（枢纽除外）", "No path within four steps (hubs left out)"],
  "put-on-graph": ["加到图上", "Put on the graph"], "choose-thing": ["选一个事物", "Choose a thing"],
  "undated": ["时间未载", "undated"], "time-lead": ["点一年，或按住 Shift 再点另一年，筛选答案与图。", "Click a year, or Shift-click a second one, to filter answer and graph."], "all-undated": ["这些事件的原文都没有写明时间。", "The documents give no date for any of these events."], "no-events": ["图上的事物没有事件", "What is on the graph has no events"], "whole-time": ["取消筛选", "No filter"], "events": [" 件，", " events, "], "no-event": ["0 件，", "0 events, "],
  "map-lead": ["{n} 条迁移；另有 {m} 条地点不详。", "{n} moves; {m} more without places."], "unknown-place": ["地点不详", "unknown"], "move-line": ["{from} → {to}：{n}", "{from} → {to}: {n}"],
  "did-ask": ["提问：{n}", "Asked: {n}"], "did-add": ["加入 {n}", "Added {n}"], "did-connect": ["连接可见事物", "Connected what is shown"], "did-expand": ["展开 {n}", "Expanded {n}"], "did-move": ["移动 {n}", "Moved {n}"], "did-pin": ["固定 {n}", "Pinned {n}"], "did-unpin": ["取消固定 {n}", "Unpinned {n}"],
  "did-hide": ["隐藏 {n}", "Hid {n}"], "did-isolate": ["只看 {n}", "Isolated {n}"], "did-reveal": ["显示全部", "Showed all"], "did-fold": ["折叠 {n}", "Folded {n}"], "did-unfold": ["去掉一组 {n}", "Removed the group {n}"], "did-clear": ["清空", "Cleared"], "did-path": ["加入路径 {n}", "Added the path {n}"],
  "language": ["zh", "en"], "beginning": ["开始", "Beginning"], "now": ["当前", "now"], "legend": ["图例", "Legend"], "legend-once": ["虚线：仅一篇文献", "dashed: one document"], "legend-many": ["线越粗，文献越多", "thicker: more documents"], "legend-prospect": ["点线：计划、目标、可能", "dotted: planned, aimed at, possible"], "legend-disagree": ["斜纹线：各文献说法不一", "hatched: documents disagree"], "legend-open": ["虚圈与 +n：还有 n 条未展开", "dashed ring, +n: n more to expand"],
  "help-1": ["/ 跳到提问框", "/ goes to the question box"], "help-2": ["方向键在邻居树中移动；右键头展开，左键头收起", "Arrows move in the tree of neighbours; right opens, left closes"], "help-3": ["回车：加到图上，或选中", "Enter: adds to the graph, or selects"], "help-4": ["e：看当前关系的证据", "e: evidence of the relation you are on"], "help-5": ["Ctrl+Z 撤销，Ctrl+Shift+Z 重做", "Ctrl+Z undoes, Ctrl+Shift+Z redoes"], "help-6": ["拖动移动并固定；滚轮缩放；双击打开邻居", "Drag moves and pins; the wheel zooms; double-click opens neighbours"], "help-7": ["地址栏就是当前画面，可直接分享", "The address is the view: share it as it is"],
  "group-of": ["{n} {way} {label}", "{n} {way} {label}"], "titled": ["{title}：{n}", "{title}: {n}"], "data-language": ["名称语言", "Language of names"], "no-neighbours": ["图中没有与它相连的事物", "Nothing in the graph is connected with it"], "unfold": ["去掉这一组", "Remove this group"], "loading": ["载入中…", "Loading…"], "asked-rows": ["{n} 行答案", "{n} rows of answer"], "added": ["图上新增 {n} 个事物", "{n} things added to the graph"], "from-here": ["出", "out"], "to-here": ["入", "in"],
};

let tongue: 0 | 1 = 0;

/** Speak this language from now on. */
export function choose(language: string): void {
  tongue = language === "en" ? 1 : 0;
}

export function t(key: string, values: Record<string, string | number> = {}): string {
  const text = TEXTS[key]?.[tongue] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? value.toLocaleString() : value;
  });
}

export const separator = (): string => (tongue ? ", " : "、");
export const keys = (): string[] => Object.keys(TEXTS);
