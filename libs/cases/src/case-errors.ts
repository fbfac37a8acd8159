import { refusal, type CaseState, type VitrineError } from '@app/contracts';

export const unknownCase = (): VitrineError =>
  refusal(
    'not_found',
    { zh: '没有该案件', en: 'There is no such case' },
    { zh: '用 vitrine cases list 查看', en: 'See vitrine cases list' },
  );

export const unknownAppeal = (): VitrineError =>
  refusal('not_found', { zh: '没有该申诉', en: 'There is no such appeal' }, { zh: '请从案件打开申诉', en: 'Open it from its case' });

export const unknownFile = (): VitrineError =>
  refusal('not_found', { zh: '没有该文件', en: 'There is no such file' }, { zh: '请从申诉打开文件', en: 'Open it from its appeal' });

export const unknownEffect = (): VitrineError =>
  refusal('not_found', { zh: '没有该处置', en: 'There is no such effect' }, { zh: '请从案件打开', en: 'Open it from its case' });

export const unknownRectification = (): VitrineError =>
  refusal(
    'not_found',
    { zh: '没有该整改单', en: 'There is no such rectification order' },
    { zh: '请从列表打开', en: 'Open it from the list' },
  );

export const unknownDealer = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '该经销商与此案件无关', en: 'The case is not about this dealer' },
    { zh: '请填写案件列出的经销商', en: 'Name a dealer that the case lists' },
    'dealerId',
  );

export const unknownSubject = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '没有该账号或经销商', en: 'There is no such account or dealer' },
    { zh: '请核对编号', en: 'Check the ids' },
    'subject',
  );

export const badWindow = (): VitrineError =>
  refusal(
    'bad_input',
    {
      zh: '期间无效：应为 ISO 时刻，结束晚于开始，不超过 400 天',
      en: 'The window is not valid: ISO instants, the end after the begin, at most 400 days',
    },
    { zh: '请更正 from 与 to', en: 'Correct from and to' },
    'window',
  );

export const wrongState = (state: CaseState): VitrineError =>
  refusal(
    'conflict',
    { zh: `案件当前状态为 ${state}，不能这样做`, en: `The case is ${state}: this cannot be done now` },
    { zh: '请刷新后查看案件记录', en: 'Read its log, then go on from there' },
  );

export const tooManyLists = (lists: number): VitrineError =>
  refusal(
    'unprocessable',
    {
      zh: `同一小时有 ${lists} 份进房名单，无法一次计数；不以估计代替`,
      en: `${lists} lists of entries are about one hour: they cannot be counted together, and nothing is supposed instead`,
    },
    { zh: '请少选一些发现', en: 'Choose fewer findings' },
  );

export const claimedByOther = (name: string, until: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `${name} 正在处理，至 ${until}`, en: `${name} works on it, until ${until}` },
    { zh: '请等其释放或到期', en: 'Wait until it is released or runs out' },
  );

export const notClaimed = (): VitrineError =>
  refusal(
    'conflict',
    { zh: '您没有认领该案件，或认领已到期', en: 'You have not claimed the case, or your claim has run out' },
    { zh: '请先认领', en: 'Claim it first' },
  );

export const ownDealer = (): VitrineError =>
  refusal(
    'forbidden',
    { zh: '不能处理与自己经销商有关的案件', en: 'Nobody reviews a case on their own dealer' },
    { zh: '请交由其他审核人处理', en: 'Leave it to another reviewer' },
  );

export const ownDecision = (): VitrineError =>
  refusal(
    'forbidden',
    { zh: '不能审理针对自己决定的申诉', en: 'Nobody decides an appeal against their own decision' },
    { zh: '请交由另一位高级审核人', en: 'Leave it to another senior auditor' },
  );

export const samePerson = (): VitrineError =>
  refusal(
    'forbidden',
    { zh: '处罚须由另一人确认', en: 'A penalty is confirmed by another person than who proposed it' },
    { zh: '请交由有权限的第二人', en: 'Leave it to a second person of the right role' },
  );

export const notPenalisable = (why: 'state' | 'attribution' | 'dealers'): VitrineError =>
  refusal(
    'conflict',
    {
      state: { zh: '只有已确认的案件可以处罚', en: 'Only a confirmed case can be penalised' },
      attribution: { zh: '没有证据表明是经销商所为，不能处罚', en: 'Nothing shows that the dealer did it: it cannot be penalised' },
      dealers: { zh: '该期间账号属于多家经销商，不能处罚', en: 'Several dealers held the account in the period: it cannot be penalised' },
    }[why],
    { zh: '可剔除数字；只涉及一家经销商时可警告或发整改单', en: 'Leave numbers out; one dealer alone can be warned or ordered' },
  );

export const noOneDealer = (): VitrineError =>
  refusal(
    'conflict',
    {
      zh: '该期间账号不属于唯一一家经销商：无法警告或发整改单',
      en: 'The case is not about one dealer alone: nobody can be warned or ordered',
    },
    { zh: '请不带警告地决定；可剔除数字', en: 'Decide without a warning; numbers can be left out' },
  );

export const caseStands = (caseId: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `该对象在此期间已有未决案件 ${caseId}`, en: `Case ${caseId} of this subject and period is not decided yet` },
    { zh: '请在该案件中继续', en: 'Go on in that case' },
  );

export const penaltyStands = (): VitrineError =>
  refusal(
    'conflict',
    { zh: '该经销商在此案件中已有处罚', en: 'There is a penalty of this dealer in the case already' },
    { zh: '请先结束或驳回原处罚', en: 'End or reject it first' },
  );

export const badReasonCode = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '理由代码与结论不符', en: 'The reason code does not belong to the outcome' },
    { zh: '见 GET /api/v1/cases/reasons', en: 'See GET /api/v1/cases/reasons' },
    'reasonCode',
  );

export const effectOfOutcome = (field: 'exclude' | 'warn'): VitrineError =>
  refusal(
    'bad_input',
    { zh: '该结论没有这种处置', en: 'The outcome has no such effect' },
    { zh: '剔除：确认或第三方；警告：仅确认', en: 'exclude: confirmed or third_party; warn: confirmed only' },
    field,
  );

export const nothingRemoved = (): VitrineError =>
  refusal(
    'conflict',
    { zh: '所选发现没有列出可剔除的内容', en: 'The findings list nothing that could be left out' },
    { zh: '请以 exclude=false 决定', en: 'Decide with exclude: false' },
  );

export const unknownFinding = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '案件没有该发现，或已被撤销、已在申诉中', en: 'The case has no such finding, or it is struck, or under appeal already' },
    { zh: '请从案件的 findings 中选择', en: 'Choose among the findings of the case' },
    'signalIds',
  );

export const noFinding = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '没有选择任何发现：决定至少须依据其中一项', en: 'No finding is named: a decision stands on one at least' },
    {
      zh: '不填 signalIds 即依据全部发现；都不成立时请选择“不成立”或“无法认定”',
      en: 'Leave signalIds out to stand on all of them; where none holds, dismiss the case or leave it inconclusive',
    },
    'signalIds',
  );

export const tooLate = (): VitrineError =>
  refusal('conflict', { zh: '申诉期已过', en: 'The time for an appeal is over' }, { zh: '请联系品牌方', en: 'Ask the brand' });

export const noReason = (field = 'reason'): VitrineError =>
  refusal(
    'bad_input',
    { zh: '说明为空或超过 2000 字', en: 'The text is blank or has more than 2000 characters' },
    { zh: '请写明原因：它与决定一并存档', en: 'Say why: it is kept with the decision' },
    field,
  );

export const badMonths = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '请给出案件期间内 1 到 12 个月份，如 2026-10', en: 'Give 1 to 12 months of the period of the case, like 2026-10' },
    { zh: '只能处罚案件所在的月份', en: 'Only months that the case is about can be penalised' },
    'months',
  );

export const badFile = (why: 'type' | 'size' | 'count' | 'empty' | 'name'): VitrineError =>
  refusal(
    why === 'size' || why === 'count' ? 'too_large' : why === 'type' ? 'unsupported_media' : 'bad_input',
    {
      type: { zh: '文件内容不是允许的类型', en: 'What is in the file is of no allowed type' },
      size: { zh: '文件超过 20 MB', en: 'The file is larger than 20 MB' },
      count: { zh: '一份申诉最多 10 个文件', en: 'An appeal has at most 10 files' },
      empty: { zh: '文件为空', en: 'The file is empty' },
      name: { zh: '文件名无效', en: 'The name of the file is not valid' },
    }[why],
    {
      zh: 'PDF、PNG、JPEG、XLSX、DOCX、CSV 或纯文本，每个 20 MB 以内',
      en: 'PDF, PNG, JPEG, XLSX, DOCX, CSV or plain text, up to 20 MB each',
    },
    'file',
  );

export const needsReviewer = (): VitrineError =>
  refusal('forbidden', { zh: '自动程序不能作出决定', en: 'The product itself decides nothing' }, { zh: '须由人作出', en: 'People decide' });

export const damagedFile = (): VitrineError =>
  refusal(
    'internal',
    { zh: '文件缺失或已被改动', en: 'The file is missing, or is not what it was' },
    { zh: '请从备份恢复 files 目录', en: 'Restore the folder files from a backup' },
  );
