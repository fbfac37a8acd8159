export const words = {
  map: { classes: '颜色分级', range: '{low} 至 {high}', direct: '省直辖县级行政区', missing: '地图未能读取，数字见表格。' },
  funnel: {
    title: '从进房到常来',
    entries: '进房次数',
    identified: '其中可识别',
    viewers: '观众人数',
    showroomVisitors: '意向用户',
    on2Days: '其中到访 ≥ 2 天',
    note: '右侧为占上一步的比例（次数与人数之间不相比）；可识别比例 {share}',
  },
};
