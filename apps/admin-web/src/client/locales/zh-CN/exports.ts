export const exports = {
  csv: '导出 CSV',
  notPermitted: '你的账号没有导出的权限',
  confirm: '导出',
  data: '个人信息',
  masked: '脱敏',
  clear: '明文（需填写用途）',
  noReveal: '你的账号不能查看明文的个人信息',
  received: '已接收 {{megabytes}} MB',
  done: '导出完成，文件已保存到下载目录',
} as const;
