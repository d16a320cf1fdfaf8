export const palette = {
  open: '查找订单或页面（Ctrl+K）',
  title: '查找与跳转',
  hint: '订单号、海尔订单号、手机尾号 4 位，或页面名称',
  results: '结果',
  searchOrders: '在订单列表中搜索“{{text}}”',
  searching: '正在查找订单…',
  noOrder: '没有找到这样的订单',
  leave: '关闭',
  choose: '选择',
  go: '打开',
} as const;

export const paletteGroup = {
  orders: '订单',
  rooms: '页面',
  actions: '操作',
} as const;

export const views = {
  label: '常用视图',
  all: '全部',
  save: '保存为视图',
  name: '视图名称',
  keep: '保存',
  remove: '删除视图“{{name}}”',
} as const;
